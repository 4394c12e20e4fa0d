package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Observer, coordinator and workers as separate processes on one broker, in one temp folder. */
public final class Installation implements AutoCloseable {

  private static final Duration VERDICT_LIMIT = Duration.ofSeconds(90);

  private final Path folder;
  private final BrokerAddress broker;
  private final Deque<AssayProcess> processes = new ArrayDeque<>();

  public Installation(Path folder, BrokerAddress broker) {
    this.folder = folder;
    this.broker = broker;
  }

  /** The results folder of the coordinator. */
  public Path results() {
    return folder.resolve("results");
  }

  public AssayProcess coordinator(String... options) {
    List<String> all = new ArrayList<>(List.of("--results", results().toString()));
    all.addAll(List.of(options));
    return start("coordinator", all);
  }

  /** Tells the observer that something was pushed. */
  AssayProcess notify(String repository) {
    return start("notify", List.of(repository));
  }

  /** Starts a worker with one slot and a work folder of its own. */
  public AssayProcess worker(String name) {
    return worker(name, 1);
  }

  /** As above, with more slots. */
  public AssayProcess worker(String name, int slots) {
    return start(
        "worker",
        List.of(
            "--name",
            name,
            "--slots",
            Integer.toString(slots),
            "--work",
            folder.resolve("work-" + name).toString()));
  }

  /** As above, started through a line of shell; see {@link AssayProcess#startBy}. */
  AssayProcess workerBy(String shell, String name) {
    List<String> arguments =
        List.of(
            "worker",
            "--broker",
            uri(broker),
            "--name",
            name,
            "--work",
            folder.resolve("work-" + name).toString());
    AssayProcess process = AssayProcess.startBy(shell, folder, Map.of(), arguments);
    processes.push(process);
    return process;
  }

  /** As above, with further options. */
  public AssayProcess worker(String name, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("--name", name, "--work", folder.resolve("work-" + name).toString()));
    all.addAll(List.of(options));
    return start("worker", all);
  }

  /** Starts an observer that polls twice a second. */
  public AssayProcess observer(String... arguments) {
    return observerEvery("500ms", arguments);
  }

  /** Starts an observer that polls at this interval. */
  AssayProcess observerEvery(String interval, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--state", folder.resolve("state").toString(), "--interval", interval));
    all.addAll(List.of(arguments));
    return start("observer", all);
  }

  private AssayProcess start(String role, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(role, "--broker", uri(broker)));
    all.addAll(arguments);
    AssayProcess process = AssayProcess.start(folder, all.toArray(String[]::new));
    processes.push(process);
    return process;
  }

  /** A broker's address for {@code --broker}. */
  public static String uri(BrokerAddress broker) {
    return "amqp://%s:%s@%s:%d/%s"
        .formatted(
            encode(broker.user()),
            encode(broker.password()),
            broker.host(),
            broker.port(),
            broker.virtualHost().replace("/", "%2F"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The stored verdict of a commit, if it has one. */
  public Optional<Verdict> verdict(String repository, CommitId commit) {
    Path file = fileOf(repository, commit);
    try {
      return Files.exists(file)
          ? Optional.of(Codec.decodeVerdict(Files.readAllBytes(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a commit's verdict. */
  public Verdict awaitVerdict(String repository, CommitId commit) {
    awaitVerdicts(repository, List.of(commit));
    return verdict(repository, commit).orElseThrow();
  }

  /** Waits until each of the commits has its verdict. */
  public void awaitVerdicts(String repository, Collection<CommitId> commits) {
    awaitVerdicts(repository, commits, VERDICT_LIMIT);
  }

  /** As above, with another limit. */
  public void awaitVerdicts(String repository, Collection<CommitId> commits, Duration limit) {
    await()
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () ->
                assertThat(
                        commits.stream()
                            .filter(each -> verdict(repository, each).isEmpty())
                            .toList())
                    .as("commits without a verdict; the processes said: %s", said())
                    .isEmpty());
  }

  /** Waits until the file of each commit's verdict exists, using hardly any processor time. */
  public void awaitFiles(String repository, Collection<CommitId> commits) {
    Deque<Path> missing = new ArrayDeque<>();
    commits.forEach(commit -> missing.add(fileOf(repository, commit)));
    await()
        .atMost(VERDICT_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              while (!missing.isEmpty() && Files.exists(missing.element())) {
                missing.remove();
              }
              return missing.isEmpty();
            });
  }

  /** The time from when the first of the commits was queued to the last verdict's file. */
  public Duration span(String repository, Collection<CommitId> commits) throws IOException {
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    for (CommitId commit : commits) {
      Instant queued = verdict(repository, commit).orElseThrow().queuedAt();
      Instant stored = Files.getLastModifiedTime(fileOf(repository, commit)).toInstant();
      first = queued.isBefore(first) ? queued : first;
      last = stored.isAfter(last) ? stored : last;
    }
    return Duration.between(first, last);
  }

  /** When the first of the commits was queued. */
  public Instant queuedAt(String repository, Collection<CommitId> commits) {
    return commits.stream()
        .map(commit -> verdict(repository, commit).orElseThrow().queuedAt())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** Where a commit's verdict is stored. */
  public Path fileOf(String repository, CommitId commit) {
    return results().resolve(repository).resolve(commit.value()).resolve("verdict.json");
  }

  /** How many runs of the commit's only variant reported a result: 1 unless a run was repeated. */
  public long runs(String repository, CommitId commit) {
    Path variant = results().resolve(repository).resolve(commit.value()).resolve("default");
    Path later = variant.resolve("attempts.jsonl");
    long first = Files.exists(variant.resolve("result.json")) ? 1 : 0;
    try {
      return Files.exists(later) ? first + Files.readAllLines(later).size() : first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stored result of the commit's only variant. */
  public Result result(String repository, CommitId commit) throws IOException {
    Path variant = results().resolve(repository).resolve(commit.value()).resolve("default");
    return Codec.decodeFile(Files.readAllBytes(variant.resolve("result.json")), Result.class);
  }

  /** The files of the commit's only variant, by name. */
  public List<String> filesOf(String repository, CommitId commit) {
    try (Stream<Path> files =
        Files.list(results().resolve(repository).resolve(commit.value()).resolve("default"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String said() {
    StringBuilder text = new StringBuilder();
    processes
        .descendingIterator()
        .forEachRemaining(each -> text.append(each.output()).append('\n'));
    return text.toString();
  }

  /** Ends every process that still runs, in reverse order of their starts. */
  @Override
  public void close() {
    processes.forEach(AssayProcess::close);
  }
}
