package ci.assay.systemtest.chaos;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Pushes commits whose outcomes are known, and injects faults meanwhile. Then repairs everything,
 * and compares the stored verdicts with the known outcomes. All choices come from one seed.
 */
final class Chaos {

  static final String REPOSITORY = "sample";

  private static final int MOST_MILLIS_BETWEEN_FAULTS = 1_300;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration HEALING_LIMIT = Duration.ofMinutes(5);

  private final long seed;
  private final Path folder;
  private final Set<Fault> without;
  private final boolean withSaboteur;
  private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
  private final List<Long> injectedAt = new ArrayList<>();

  /**
   * @param without faults that are not injected
   */
  Chaos(long seed, Path folder, Set<Fault> without) {
    this(seed, folder, without, false);
  }

  /**
   * @param withSaboteur whether a {@link Saboteur} sends forged messages meanwhile
   */
  Chaos(long seed, Path folder, Set<Fault> without, boolean withSaboteur) {
    this.withSaboteur = withSaboteur;
    this.seed = seed;
    this.folder = folder;
    this.without = without;
  }

  /** Runs for {@code duration}, heals, checks; throws an {@link AssertionError} naming the seed. */
  void run(ChaosBroker broker, Duration duration) throws Exception {
    System.out.printf("chaos: seed %d, %s, %d s%n", seed, broker, duration.toSeconds());
    Path runs = Files.createFile(folder.resolve("runs"));
    List<SmallDisk> disks = disks();
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Pusher pusher = new Pusher(repository, runs, new Random(seed))) {
      Cluster.Folders folders =
          new Cluster.Folders(
              folder, folder.resolve("results"), REPOSITORY + "=" + repository.path());
      try (Cluster cluster = new Cluster(broker, folders);
          Watcher watcher = new Watcher(folders.results().resolve(REPOSITORY), pusher::pushed);
          Scene scene =
              new Scene(
                  cluster,
                  broker,
                  disks,
                  new Mischief(broker.address(), watcher),
                  new Random(seed + 1));
          Saboteur saboteur =
              new Saboteur(broker.address("worker"), watcher, new Random(seed + 2))) {
        if (withSaboteur) {
          saboteur.start();
        }
        run(scene, folders, watcher, pusher, saboteur, duration);
      }
    } finally {
      disks.forEach(SmallDisk::close);
    }
  }

  private List<SmallDisk> disks() throws IOException {
    if (!SmallDisk.canBeHad()) {
      System.out.println("chaos: no disk is filled, since only root can mount a small one");
      return List.of();
    }
    return List.of(
        SmallDisk.mountedAt(folder.resolve("results"), 400),
        SmallDisk.mountedAt(folder.resolve("work-1"), 400));
  }

  private void run(
      Scene scene,
      Cluster.Folders folders,
      Watcher watcher,
      Pusher pusher,
      Saboteur saboteur,
      Duration duration)
      throws Exception {
    Timeline timeline = new Timeline(scene.cluster);
    Proof proof = new Proof(folders, watcher, scene);
    pusher.push();
    watcher.start();
    scene.cluster.start();
    awaitVerdicts(watcher, START_LIMIT);
    awaitFirstSight(scene.cluster);
    pusher.start();
    injectUntil(System.nanoTime() + duration.toNanos(), scene, timeline);
    pusher.close();
    saboteur.close();
    scene.healEverything();
    timeline.add("healed");
    long healedAt = System.nanoTime();
    awaitVerdicts(watcher, HEALING_LIMIT);
    double seconds = (System.nanoTime() - healedAt) / 1e9;
    scene.problems().forEach(proof::add);
    for (Node each : scene.cluster.all()) {
      if (!each.member().isAlive()) {
        proof.add(each.name() + " ended by itself: " + each.member().process().output());
      }
    }
    report(pusher.pushed(), watcher, seconds);
    saboteur.report();
    proof.check(pusher.pushed());
    if (!proof.findings().isEmpty()) {
      throw new AssertionError(failure(proof, timeline));
    }
  }

  private String failure(Proof proof, Timeline timeline) {
    List<String> lines = new ArrayList<>();
    lines.add("chaos failed; repeat it with --seed " + seed);
    lines.addAll(proof.findings());
    for (CommitId each : proof.offenders().stream().limit(3).toList()) {
      lines.add("");
      lines.add("timeline of " + each + ":");
      lines.addAll(timeline.of(each));
    }
    return String.join("\n", lines);
  }

  private void injectUntil(long end, Scene scene, Timeline timeline) throws Exception {
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(scene.random.nextInt(MOST_MILLIS_BETWEEN_FAULTS));
      Fault fault = Fault.any(scene.random, without);
      Optional<String> whom = fault.inject(scene);
      if (whom.isPresent()) {
        timeline.add(fault + " " + whom.orElseThrow());
        injected.merge(fault, 1, Integer::sum);
        injectedAt.add(System.nanoTime());
      }
    }
  }

  /**
   * Waits for the observers' first poll: of commits that were pushed before, only the tip is
   * tested.
   */
  private static void awaitFirstSight(Cluster cluster) {
    cluster.observers().forEach(each -> each.member().process().awaitOutput("1 new commit"));
  }

  private static void awaitVerdicts(Watcher watcher, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!watcher.missing().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void report(List<Pushed> pushed, Watcher watcher, double healed) throws IOException {
    long runs = Files.readAllLines(folder.resolve("runs")).size();
    long due = pushed.stream().filter(each -> each.truth() != KnownTruth.IS_MALFORMED).count();
    long faults = injectedAt.size();
    System.out.printf(
        "chaos: %d commits, %d faults %s; %d runs for %d commits that have one: %d repeated%n",
        pushed.size(), faults, injected, runs, due, runs - due);
    Set<CommitId> missing = Set.copyOf(watcher.missing().stream().map(Pushed::commit).toList());
    double[] waits =
        pushed.stream()
            .filter(each -> !missing.contains(each.commit()))
            .mapToDouble(each -> (watcher.verdictAt(each.commit()) - each.at()) / 1e9)
            .sorted()
            .toArray();
    double[] recoveries =
        injectedAt.stream()
            .mapToDouble(at -> recovery(at, pushed, watcher, missing))
            .sorted()
            .toArray();
    System.out.printf(
        "chaos: from push to verdict: %s; from a fault to the next verdict: %s;"
            + " from healed to the last verdict %.1f s (seed %d)%n",
        inWords(waits), inWords(recoveries), healed, seed);
  }

  /** The seconds from a fault to the next stored verdict. */
  private static double recovery(
      long at, List<Pushed> pushed, Watcher watcher, Set<CommitId> missing) {
    return pushed.stream()
            .filter(each -> !missing.contains(each.commit()))
            .mapToLong(each -> watcher.verdictAt(each.commit()) - at)
            .filter(after -> after > 0)
            .min()
            .orElse(0)
        / 1e9;
  }

  private static String inWords(double[] sorted) {
    return sorted.length == 0
        ? "none"
        : "median %.1f s, 95 %% within %.1f s, at most %.1f s"
            .formatted(
                sorted[sorted.length / 2],
                sorted[sorted.length * 95 / 100],
                sorted[sorted.length - 1]);
  }
}
