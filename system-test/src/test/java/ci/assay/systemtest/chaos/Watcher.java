package ci.assay.systemtest.chaos;

import ci.assay.model.CommitId;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Watches the result files. Reads each file as soon as it exists, when it must be complete, and
 * remembers the content, which must never change.
 */
final class Watcher implements AutoCloseable {

  private final Path repository;
  private final Supplier<List<Pushed>> pushed;
  private final Map<CommitId, Seen> seen = new ConcurrentHashMap<>();
  private final List<String> torn = new ArrayList<>();
  private final Thread thread = new Thread(this::lookUntilClosed, "watcher");
  private volatile boolean closed;

  /** A result and when its verdict was first seen, in nanoseconds of the monotonic clock. */
  private record Seen(String result, long verdictAt) {}

  /**
   * @param repository the folder of its commits' results
   */
  Watcher(Path repository, Supplier<List<Pushed>> pushed) {
    this.repository = repository;
    this.pushed = pushed;
  }

  void start() {
    thread.start();
  }

  Path variant(CommitId commit) {
    return repository.resolve(commit.value()).resolve("default");
  }

  /** The commits that have no verdict yet. */
  List<Pushed> missing() {
    return pushed.get().stream().filter(each -> !seen.containsKey(each.commit())).toList();
  }

  /** A random commit that has its verdict. */
  Optional<CommitId> anyJudged(Random random) {
    List<CommitId> judged =
        pushed.get().stream().map(Pushed::commit).filter(seen::containsKey).toList();
    return judged.isEmpty()
        ? Optional.empty()
        : Optional.of(judged.get(random.nextInt(judged.size())));
  }

  /** The stored result, as it was when first seen. */
  Result result(CommitId commit) {
    return decoded(seen(commit).result());
  }

  /** When the verdict was first seen, on the monotonic clock. */
  long verdictAt(CommitId commit) {
    return seen(commit).verdictAt();
  }

  private Seen seen(CommitId commit) {
    Seen found = seen.get(commit);
    if (found == null) {
      throw new IllegalArgumentException(commit + " has no verdict");
    }
    return found;
  }

  private static Result decoded(String json) {
    return Codec.decodeFile(json.getBytes(StandardCharsets.UTF_8), Result.class);
  }

  /** The commits whose results have changed. */
  List<CommitId> overwritten() throws IOException {
    List<CommitId> changed = new ArrayList<>();
    for (Map.Entry<CommitId, Seen> each : seen.entrySet()) {
      Path file = variant(each.getKey()).resolve("result.json");
      if (!each.getValue().result().equals(Files.readString(file))) {
        changed.add(each.getKey());
      }
    }
    return changed;
  }

  /** The files that were incomplete when they appeared. */
  synchronized List<String> torn() {
    return List.copyOf(torn);
  }

  private void lookUntilClosed() {
    try {
      while (!closed) {
        missing().forEach(this::look);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Pushed one) {
    Path verdict = repository.resolve(one.commit().value()).resolve("verdict.json");
    Path result = variant(one.commit()).resolve("result.json");
    try {
      if (Files.exists(verdict)) {
        String text = Files.readString(result);
        decoded(text);
        Codec.decodeVerdict(Files.readAllBytes(verdict));
        seen.put(one.commit(), new Seen(text, System.nanoTime()));
      }
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        torn.add(one + ": " + e);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
