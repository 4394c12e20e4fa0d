package ci.assay.worker.container;

import ci.assay.common.Durations;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.UnfitWorkerException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine that a worker has, and what is known of it: whether it answers, and that nothing is
 * left there of an earlier start of this worker. Safe for use by many threads.
 */
final class ContainerHost {

  static final String WORKER_LABEL = "ci.assay.worker";
  static final String FOLDER_LABEL = "ci.assay.folder";
  static final String RUN_LABEL = "ci.assay.run";

  private static final Logger log = LoggerFactory.getLogger(ContainerHost.class);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final int REMOVE_TRIES = 4;
  private static final Duration BETWEEN_REMOVALS = Duration.ofMillis(300);
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(30);

  /** After an engine was found to be away, nobody asks it again for so long. */
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(2);

  /**
   * Whose containers there are.
   *
   * @param worker its name
   * @param folder which no other live worker has, of whatever name
   */
  record Owner(String worker, Path folder) {

    /** For each container and network. */
    List<String> labels() {
      return List.of(
          "--label", WORKER_LABEL + "=" + worker, "--label", FOLDER_LABEL + "=" + folder);
    }

    private List<String> filter() {
      return List.of("--filter", "label=" + FOLDER_LABEL + "=" + folder);
    }
  }

  private final Engine engine;
  private final Owner owner;
  private final boolean isForAll;
  private final LongSupplier nanos;
  private @Nullable EngineInfo info;
  private @Nullable String trouble;
  private long troubleSince;
  private boolean wasThere;

  /**
   * @param isForAll whether the worker runs nothing without it
   */
  ContainerHost(Engine engine, Owner owner, boolean isForAll, LongSupplier nanos) {
    this.engine = engine;
    this.owner = owner;
    this.isForAll = isForAll;
    this.nanos = nanos;
  }

  Engine engine() {
    return engine;
  }

  Owner owner() {
    return owner;
  }

  /**
   * Waits until it is known that the engine answers, ten seconds at most.
   *
   * @throws AwayException when it does not, and has before, or nothing runs here without it
   * @throws UnfitWorkerException when it never has
   */
  synchronized EngineInfo ready() throws IOException, InterruptedException {
    EngineInfo known = info;
    if (known != null) {
      return known;
    }
    if (trouble == null || nanos.getAsLong() - troubleSince >= BETWEEN_PROBES.toNanos()) {
      probe();
    }
    EngineInfo found = info;
    if (found != null) {
      return found;
    }
    String why = "no container engine answers: " + trouble;
    if (wasThere || isForAll) {
      throw new AwayException(why, isForAll);
    }
    throw new UnfitWorkerException(why, EngineSearch.GET);
  }

  private void probe() throws InterruptedException {
    try {
      EngineAnswer answer = engine.run(PROBE_LIMIT, List.of("info", "--format", "{{json .}}"));
      if (answer.isOk()) {
        EngineInfo found = EngineInfo.read(answer.out());
        if (!wasThere) {
          removeLeftovers();
        }
        info = found;
        trouble = null;
        wasThere = true;
        return;
      }
      away(answer.problem());
    } catch (IOException e) {
      away(String.valueOf(e.getMessage()));
    }
  }

  private synchronized void away(String why) {
    info = null;
    trouble = engine.program() + ": " + why;
    troubleSince = nanos.getAsLong();
  }

  /**
   * Has the engine do something; what comes of it is the caller's to judge, but for that it must
   * answer.
   *
   * @throws AwayException when it does not
   */
  EngineAnswer run(Duration limit, List<String> arguments)
      throws IOException, InterruptedException {
    try {
      EngineAnswer answer = engine.run(limit, arguments);
      requireThere(answer);
      return answer;
    } catch (Engine.HangsException e) {
      away(String.valueOf(e.getMessage()));
      throw new AwayException("the container engine hangs: " + e.getMessage(), isForAll);
    }
  }

  /**
   * Looks at an answer.
   *
   * @throws AwayException when it says that there is no engine
   */
  void requireThere(EngineAnswer answer) throws AwayException {
    if (answer.isWithoutEngine()) {
      away(answer.problem());
      throw new AwayException(
          "no container engine answers: %s: %s".formatted(engine.program(), answer.problem()),
          isForAll);
    }
  }

  /** Something went wrong that may come from the engine: the next to use it asks it first. */
  synchronized void doubt() {
    info = null;
  }

  /** What an earlier start of this worker left, which was killed. */
  private void removeLeftovers() throws IOException, InterruptedException {
    List<String> containers = list(List.of("ps", "--all", "--quiet"));
    if (!containers.isEmpty()) {
      log.info(
          "removing {} containers that an earlier start of this worker left", containers.size());
      remove(List.of("rm", "--force", "--volumes"), containers);
    }
    List<String> networks = list(List.of("network", "ls", "--quiet"));
    if (!networks.isEmpty()) {
      remove(List.of("network", "rm"), networks);
    }
  }

  private List<String> list(List<String> command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(command);
    words.addAll(owner.filter());
    EngineAnswer answer = engine.run(REMOVE_LIMIT, words);
    if (!answer.isOk()) {
      throw new IOException(answer.problem());
    }
    return answer.out().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private void remove(List<String> command, List<String> which)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(command);
    words.addAll(which);
    EngineAnswer answer = engine.run(REMOVE_LIMIT, words);
    for (int i = 1; !answer.isGone() && i < REMOVE_TRIES; i++) { // as of what is just ending
      TimeUnit.MILLISECONDS.sleep(BETWEEN_REMOVALS.toMillis());
      answer = engine.run(REMOVE_LIMIT, words);
    }
    if (!answer.isGone()) {
      log.warn("{} of {} failed: {}", String.join(" ", command), which, answer.problem());
    }
  }

  /** Removes one container or network by its name, and waits a while for that. */
  void remove(List<String> command, String name) {
    boolean wasInterrupted = Thread.interrupted();
    long start = System.nanoTime();
    try {
      remove(command, List.of(name));
    } catch (IOException e) {
      log.warn("{} stays until the next start: {}", name, e.getMessage());
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    log.debug(
        "removed {} in {}",
        name,
        Durations.text(
            Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))));
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
