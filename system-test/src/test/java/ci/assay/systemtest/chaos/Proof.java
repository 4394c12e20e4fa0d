package ci.assay.systemtest.chaos;

import ci.assay.broker.Topology;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.systemtest.Leftovers;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Checks the stored verdicts, and that nothing else is left behind. */
final class Proof {

  /** A stopping worker may still have sent a result again, for a job that was redelivered to it. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private static final Duration SETTLING = Duration.ofSeconds(90);
  private static final String DEAD = ".dead";
  private static final String UNKNOWN_JOB = "about a job that nobody queued";
  private static final Set<String> FILES =
      Set.of(
          "job.json",
          "result.json",
          "log.txt",
          "tests.jsonl",
          "attempts.jsonl",
          "artifacts.json",
          "artifacts.bin");

  private final Cluster cluster;
  private final Cluster.Folders folders;
  private final Watcher watcher;
  private final ChaosBroker broker;
  private final Mischief mischief;
  private final List<String> findings = new ArrayList<>();
  private final List<CommitId> offenders = new ArrayList<>();

  Proof(Cluster.Folders folders, Watcher watcher, Scene scene) {
    this.cluster = scene.cluster;
    this.folders = folders;
    this.watcher = watcher;
    this.broker = scene.broker;
    this.mischief = scene.mischief;
  }

  /** Everything that is wrong, in words. */
  List<String> findings() {
    return findings;
  }

  /** The commits for which something is wrong. */
  List<CommitId> offenders() {
    return offenders;
  }

  void add(String finding) {
    findings.add(finding);
  }

  /** Checks everything, and ends all processes. */
  void check(List<Pushed> pushed) {
    try {
      checkStored(pushed);
      if (offenders.isEmpty()) {
        checkSettled(pushed);
      }
      checkEnd();
    } catch (Exception e) {
      add("could not be checked: " + e);
    }
  }

  /** Checks that each commit has exactly one verdict, the expected one, and its whole log. */
  private void checkStored(List<Pushed> pushed) throws IOException {
    watcher.missing().forEach(each -> offends(each, "has no verdict"));
    for (Pushed each : pushed) {
      if (!offenders.contains(each.commit())) {
        check(each);
      }
    }
    watcher.torn().forEach(each -> add("not whole when it was there: " + each));
    watcher.overwritten().forEach(each -> add("overwritten: " + each));
    try (Stream<Path> commits = Files.list(folders.results().resolve(Chaos.REPOSITORY))) {
      long count = commits.filter(Files::isDirectory).count();
      if (count != pushed.size()) {
        add(count + " commits have results and " + pushed.size() + " were pushed");
      }
    }
  }

  private void check(Pushed one) throws IOException {
    Path variant = watcher.variant(one.commit());
    Outcome stored = watcher.result(one.commit()).outcome();
    Verdict verdict =
        Codec.decodeVerdict(Files.readAllBytes(variant.resolveSibling("verdict.json")));
    if (stored != one.truth().outcome() || verdict.outcome() != one.truth().outcome()) {
      offends(one, "is " + stored + ", its verdict " + verdict.outcome());
    }
    try (Stream<Path> files = Files.list(variant)) {
      List<String> others =
          files.map(each -> each.getFileName().toString()).filter(n -> !FILES.contains(n)).toList();
      if (!others.isEmpty()) {
        offends(one, "has other files: " + others);
      }
    }
    Path log = variant.resolve("log.txt");
    String text = Files.exists(log) ? Files.readString(log) : "";
    if (!text.startsWith(one.truth().log(one.number()))) {
      offends(one, "has a log of %d characters that is not all".formatted(text.length()));
    }
    Path contents = variant.resolve("artifacts.bin");
    String artifacts = Files.exists(contents) ? Files.readString(contents) : "";
    if (!artifacts.equals(one.truth().artifacts())
        || Files.exists(variant.resolve("artifacts.json")) == artifacts.isEmpty()) {
      offends(one, "has artifacts of %d bytes that are not all".formatted(artifacts.length()));
    }
    checkCases(one, variant.resolve("tests.jsonl"));
  }

  private void checkCases(Pushed one, Path file) throws IOException {
    long cases = 0;
    if (Files.exists(file)) {
      try (Stream<String> lines = Files.lines(file)) {
        cases = lines.map(Codec::decodeTestCase).count();
      }
    }
    if (cases != one.truth().cases()) {
      offends(one, "has %d test cases, not %d".formatted(cases, one.truth().cases()));
    }
  }

  private void offends(Pushed one, String how) {
    findings.add(one + " " + how);
    offenders.add(one.commit());
  }

  /** Waits until nothing is under way: no spooled results, no unacknowledged messages. */
  private void checkSettled(List<Pushed> pushed) throws Exception {
    await("spooled", () -> leftovers("spool"));
    await(
        "temporary files of workers",
        () ->
            leftovers("slots").stream()
                .filter(each -> each.toString().matches(".*/slots/[^/]+/[^/]+/tmp/.*"))
                .toList());
    await("put aside by workers", () -> leftovers("aside"));
    await(
        "temporary files of coordinators",
        () ->
            Leftovers.inResults(folders.results()).stream()
                .filter(each -> !each.startsWith(DEAD))
                .toList());
    checkSetAside();
    for (int i = 1; i <= cluster.observers().size(); i++) {
      Path journal = folders.state(i).resolve("cursors").resolve(Chaos.REPOSITORY + ".journal");
      await(
          "unsettled in " + journal,
          () -> {
            List<CommitId> judged = Leftovers.judgedIn(journal);
            return pushed.stream().filter(each -> !judged.contains(each.commit())).toList();
          });
    }
  }

  /**
   * Checks that nothing was set aside except what was forged, and results of jobs whose copies a
   * purge may have removed.
   */
  private void checkSetAside() throws IOException {
    List<String> others = new ArrayList<>();
    Set<String> ofUnknownJobs = new TreeSet<>();
    for (Path each : Leftovers.filesIn(folders.results().resolve(DEAD))) {
      boolean isForged = each.getFileName().toString().contains(Saboteur.MARK);
      if (each.toString().endsWith(".reason.txt") && !isForged) {
        String reason = Files.readString(each);
        if (reason.contains(UNKNOWN_JOB)) {
          ofUnknownJobs.add(reason.lines().findFirst().orElse(reason));
        } else {
          others.add("set aside: " + each.getFileName() + ": " + reason);
        }
      }
    }
    others.forEach(this::add);
    int purged = mischief.purgedResults();
    if (ofUnknownJobs.size() > purged) {
      add(
          "results of %d jobs were set aside as unknown, and only %d messages were purged: %s"
              .formatted(ofUnknownJobs.size(), purged, ofUnknownJobs));
    } else if (!ofUnknownJobs.isEmpty()) {
      System.out.printf(
          "chaos: results of %d jobs were set aside, since %d messages were purged from their queue%n",
          ofUnknownJobs.size(), purged);
    }
  }

  /**
   * Ends all processes. Checks that each exits with code 0, that only ticks are in the queues, and
   * that no process is left. Workers are ended only when they have settled all deliveries.
   * Otherwise a worker could give back a redelivered job about which it is still asking, although
   * that has its verdict.
   */
  private void checkEnd() throws Exception {
    cluster.observers().forEach(this::end);
    await("messages are left", this::messages);
    cluster.workers().forEach(this::end);
    await("files of executors", () -> leftovers("executors"));
    TimeUnit.NANOSECONDS.sleep(LAST_WORDS.toNanos());
    cluster.coordinators().forEach(this::end);
    for (String queue : Mischief.QUEUES) {
      mischief.drain(queue).stream()
          .filter(each -> !each.startsWith(Topology.KEY_TICK + " "))
          .forEach(each -> add("left in " + queue + ": " + each));
    }
    await("orphans", () -> Leftovers.processesOf(folders.root()));
  }

  private List<Map.Entry<String, Long>> messages() throws Exception {
    Map<String, Long> counts = broker.messages();
    if (!counts.keySet().containsAll(Mischief.QUEUES)) {
      throw new IllegalStateException("the broker tells only of " + counts);
    }
    return counts.entrySet().stream().filter(each -> each.getValue() > 0).toList();
  }

  private void end(Node each) {
    int exitCode = each.member().stop();
    if (exitCode != 0) {
      add(each.name() + " ended with " + exitCode);
    }
  }

  private List<Path> leftovers(String kind) throws IOException {
    List<Path> found = new ArrayList<>();
    for (int i = 1; i <= cluster.workers().size(); i++) {
      found.addAll(Leftovers.filesIn(folders.work(i).resolve(kind)));
    }
    return found;
  }

  private void await(String what, Callable<? extends List<?>> rest) throws Exception {
    long end = System.nanoTime() + SETTLING.toNanos();
    List<?> left = rest.call();
    while (!left.isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(200);
      left = rest.call();
    }
    if (!left.isEmpty()) {
      add(
          "%s: %d, such as %s"
              .formatted(what, left.size(), left.subList(0, Math.min(5, left.size()))));
    }
  }
}
