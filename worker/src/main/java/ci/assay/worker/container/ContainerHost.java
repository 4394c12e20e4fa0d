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
 * A worker's container engine, and whether it answers. When it answers for the first time, the
 * containers and networks of an earlier process of this worker are removed. Safe for use by many
 * threads.
 */
final class ContainerHost {

  static final String WORKER_LABEL = "ci.assay.worker";
  static final String FOLDER_LABEL = "ci.assay.folder";
  static final String RUN_LABEL = "ci.assay.run";

  private static final Logger log = LoggerFactory.getLogger(ContainerHost.class);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final int REMOVE_TRIES = 4;
  private static final Duration REMOVE_INTERVAL = Duration.ofMillis(300);
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(30);

  /** How long an engine that did not answer is not asked again. */
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);

  /**
   * The worker that the containers belong to.
   *
   * @param worker its name
   * @param folder its work folder, which no other running worker has
   */
  record Owner(String worker, Path folder) {

    /** Options that label a container or network. */
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
  private @Nullable String problem;
  private long problemSince;
  private boolean hasAnswered;

  /**
   * @param isForAll whether the worker can run nothing without the engine
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
   * Ensures that the engine answers; waits for that at most ten seconds.
   *
   * @throws AwayException when it does not answer, but did so before, or the worker can run nothing
   *     without it
   * @throws UnfitWorkerException when it has never answered
   */
  synchronized EngineInfo ready() throws IOException, InterruptedException {
    EngineInfo known = info;
    if (known != null) {
      return known;
    }
    if (problem == null || nanos.getAsLong() - problemSince >= PROBE_INTERVAL.toNanos()) {
      probe();
    }
    EngineInfo found = info;
    if (found != null) {
      return found;
    }
    String why = "no container engine answers: " + problem;
    if (hasAnswered || isForAll) {
      throw new AwayException(why, isForAll);
    }
    throw new UnfitWorkerException(why, EngineSearch.GET);
  }

  private void probe() throws InterruptedException {
    try {
      EngineAnswer answer = engine.run(PROBE_LIMIT, List.of("info", "--format", "{{json .}}"));
      if (answer.isOk()) {
        EngineInfo found = EngineInfo.read(answer.out());
        if (!hasAnswered) {
          removeLeftovers();
        }
        info = found;
        problem = null;
        hasAnswered = true;
        return;
      }
      markAway(answer.problem());
    } catch (IOException e) {
      markAway(String.valueOf(e.getMessage()));
    }
  }

  private synchronized void markAway(String why) {
    info = null;
    problem = engine.program() + ": " + why;
    problemSince = nanos.getAsLong();
  }

  /**
   * Runs the engine's program. A failure of the command is returned as an answer.
   *
   * @throws AwayException when the engine does not answer
   */
  EngineAnswer run(Duration limit, List<String> arguments)
      throws IOException, InterruptedException {
    try {
      EngineAnswer answer = engine.run(limit, arguments);
      requireEngine(answer);
      return answer;
    } catch (Engine.HangsException e) {
      markAway(String.valueOf(e.getMessage()));
      throw new AwayException("the container engine hangs: " + e.getMessage(), isForAll);
    }
  }

  /**
   * Checks an answer of the engine's program.
   *
   * @throws AwayException when it says that the engine does not answer
   */
  void requireEngine(EngineAnswer answer) throws AwayException {
    if (answer.isWithoutEngine()) {
      markAway(answer.problem());
      throw new AwayException(
          "no container engine answers: %s: %s".formatted(engine.program(), answer.problem()),
          isForAll);
    }
  }

  /** Has the engine asked again before its next use, after an error that it may have caused. */
  synchronized void doubt() {
    info = null;
  }

  /** Removes what an earlier process of this worker left because it was killed. */
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

  private void remove(List<String> command, List<String> names)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(command);
    words.addAll(names);
    EngineAnswer answer = engine.run(REMOVE_LIMIT, words);
    for (int i = 1;
        !answer.isGone() && i < REMOVE_TRIES;
        i++) { // the engine may still be ending it
      TimeUnit.MILLISECONDS.sleep(REMOVE_INTERVAL.toMillis());
      answer = engine.run(REMOVE_LIMIT, words);
    }
    if (!answer.isGone()) {
      log.warn("{} of {} failed: {}", String.join(" ", command), names, answer.problem());
    }
  }

  /** Removes a container or network by its name; waits for that a limited time. */
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
