package ci.assay.systemtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Verdict;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Pushes commits whose outcome is known, injects faults meanwhile, then lets everything heal and
 * compares what is stored with what is true. All choices come from one seed.
 */
final class Chaos {

  private static final String NAME = "sample";
  private static final Duration BETWEEN_COMMITS = Duration.ofMillis(250);
  private static final int BETWEEN_FAULTS_MILLIS = 1_500;
  private static final Duration HEALING = Duration.ofMinutes(4);

  private final long seed;
  private final Path folder;
  private final Map<CommitId, KnownTruth> truths = new LinkedHashMap<>();
  private final Map<CommitId, Integer> numbers = new LinkedHashMap<>();
  private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
  private final List<String> timeline = new ArrayList<>();

  Chaos(long seed, Path folder) {
    this.seed = seed;
    this.folder = folder;
  }

  /** Runs for {@code duration}, heals, checks; throws an {@link AssertionError} naming the seed. */
  void run(TestBroker broker, Duration duration, int workers) throws Exception {
    System.out.printf("chaos: seed %d, %s, %d s%n", seed, broker, duration.toSeconds());
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, broker.address())) {
      push(repository, new Random(seed));
      Cluster cluster = Cluster.start(assay, NAME + "=" + repository.path(), workers);
      assay.awaitVerdicts(NAME, truths.keySet());
      try (Pushing pushing = new Pushing(repository)) {
        injectUntil(System.nanoTime() + duration.toNanos(), cluster, broker);
        pushing.stop();
      }
      long healing = System.nanoTime();
      assay.awaitVerdicts(NAME, truths.keySet(), HEALING);
      long healed = (System.nanoTime() - healing) / 1_000_000;
      check(assay, cluster);
      report(assay, healed);
    } catch (AssertionError | Exception e) {
      throw new AssertionError(
          "chaos failed; repeat it with --seed " + seed + "\n" + String.join("\n", timeline), e);
    }
  }

  private void injectUntil(long end, Cluster cluster, TestBroker broker)
      throws InterruptedException {
    Random random = new Random(seed + 1);
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(BETWEEN_FAULTS_MILLIS));
      Fault fault = Fault.any(random);
      String whom = fault.inject(cluster, broker, random);
      injected.merge(fault, 1, Integer::sum);
      timeline.add("%tT.%<tL %s %s".formatted(System.currentTimeMillis(), fault, whom));
    }
  }

  private synchronized void push(TestRepository repository, Random random) {
    int number = truths.size();
    KnownTruth truth = KnownTruth.any(random);
    CommitId commit = repository.commit("change " + number, truth.files(number, random));
    truths.put(commit, truth);
    numbers.put(commit, number);
  }

  private void check(Installation assay, Cluster cluster) throws IOException {
    assertThat(cluster.deadOnes()).as("processes that ended by themselves").isEmpty();
    for (Map.Entry<CommitId, KnownTruth> each : truths.entrySet()) {
      checkVerdict(assay, each.getKey(), each.getValue());
    }
    assertThat(commitsWithResults(assay)).as("commits with results").isEqualTo(truths.size());
  }

  private void checkVerdict(Installation assay, CommitId commit, KnownTruth truth)
      throws IOException {
    Verdict verdict = assay.verdict(NAME, commit).orElseThrow();
    String what = "commit %s, number %d, %s".formatted(commit, numbers.get(commit), truth);
    assertThat(verdict.outcome()).as(what).isEqualTo(truth.outcome());
    Path variant = assay.results().resolve(NAME).resolve(commit.value()).resolve("default");
    assertThat(assay.filesOf(NAME, commit))
        .as(what)
        .contains("job.json", "result.json")
        .isSubsetOf("job.json", "result.json", "log.txt", "attempts.jsonl");
    if (truth.runs()) {
      assertThat(Files.readString(variant.resolve("log.txt")))
          .as(what)
          .startsWith("begin " + numbers.get(commit) + "\n")
          .contains("end");
    }
  }

  private static long commitsWithResults(Installation assay) throws IOException {
    try (Stream<Path> commits = Files.list(assay.results().resolve(NAME))) {
      return commits.count();
    }
  }

  private void report(Installation assay, long healedMillis) {
    long repeated = truths.keySet().stream().mapToLong(each -> assay.runs(NAME, each) - 1).sum();
    int faults = injected.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "chaos: %d commits, %d faults %s: 0 lost, 0 wrong, %d runs repeated;"
            + " the last verdict came %.1f s after the last fault (seed %d)%n",
        truths.size(), faults, injected, repeated, healedMillis / 1e3, seed);
  }

  /** Commits, one after the other, on a thread of its own. */
  private final class Pushing implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;

    Pushing(TestRepository repository) {
      Random random = new Random(seed + 2);
      thread =
          new Thread(
              () -> {
                while (!stopped) {
                  push(repository, random);
                  pause();
                }
              },
              "pushing");
      thread.start();
    }

    private void pause() {
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_COMMITS.toMillis());
      } catch (InterruptedException e) {
        stopped = true;
      }
    }

    void stop() throws InterruptedException {
      stopped = true;
      thread.join();
    }

    @Override
    public void close() throws InterruptedException {
      stop();
    }
  }
}
