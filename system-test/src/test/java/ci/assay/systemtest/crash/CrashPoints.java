package ci.assay.systemtest.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ci.assay.common.CrashPoint;
import ci.assay.message.Order;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.systemtest.AssayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process dies at a crash point, a place between store, publish, confirm and ack, and is started
 * again. Nothing is lost, duplicated or wrong. One installation is used for all crash points of a
 * class, one after another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashPoints {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KILLED = 137;
  private static final int STOPS = 5;

  /** Long lines, and more of them than fit into one piece. */
  private static final int LINES = 1300;

  private static final int LINE = 900;

  /** Test cases with long names, and more of them than fit into one piece. */
  private static final int CASES = 1500;

  private static final int CASE = 800;
  private static final String PRINTING = "seq -f %%0%dg %d".formatted(LINE, LINES);

  private @Nullable CrashRig open;

  @BeforeAll
  void start(@TempDir Path folder) {
    open = new CrashRig(folder);
    open.start();
  }

  @AfterAll
  void close() throws IOException {
    try (CrashRig last = rig()) {
      last.stop();
    }
  }

  private CrashRig rig() {
    if (open == null) {
      throw new IllegalStateException("not started");
    }
    return open;
  }

  /** Lets the process with this crash point die there, and checks the verdicts of all commits. */
  final void crashAt(CrashPoint point) throws Exception {
    String role = point.name().substring(0, point.name().indexOf('_')).toLowerCase(Locale.ROOT);
    switch (point) {
      case OBSERVER_FIRST_VARIANT_CONFIRMED -> atAMatrix(role, point);
      case WORKER_RETURN_CONFIRMED -> whileItStops(point);
      case COORDINATOR_ATTEMPTS_STORED -> atASecondResult(point);
      case COORDINATOR_CANCEL_STORED -> atACancel(point);
      case COORDINATOR_RERUN_STORED, COORDINATOR_RERUN_PUBLISHED -> atARerun(point);
      case COORDINATOR_SWEPT -> atASweep(point);
      default -> atThreeCommits(role, point);
    }
    rig().awaitSettled();
  }

  private void atThreeCommits(String role, CrashPoint point) throws Exception {
    AssayProcess doomed = letDieAt(role, point);
    CommitId passing = rig().push("echo fine");
    CommitId failing = rig().push("echo broken; %s; exit 3".formatted(reporting(1)));
    CommitId chatty =
        rig()
            .pushKeeping(
                "%s; %s; mkdir kept; %s | tee kept/one > kept/two"
                    .formatted(PRINTING, reporting(CASES), PRINTING));
    awaitDeath(role, doomed);

    assertJudged(passing, Outcome.PASSED, "fine\n");
    assertJudged(failing, Outcome.FAILED, "broken\n");
    assertJudged(chatty, Outcome.PASSED, numbers());
    assertThat(rig().cases(passing)).isEmpty();
    assertThat(rig().cases(failing)).containsExactly(caseName(1));
    assertThat(rig().cases(chatty)).hasSize(CASES).endsWith(caseName(CASES));
    assertThat(rig().artifacts(chatty))
        .containsOnly(entry("kept/one", numbers()), entry("kept/two", numbers()));
  }

  /** Crashes at a commit with several jobs. Each job has exactly one result in the end. */
  private void atAMatrix(String role, CrashPoint point) throws Exception {
    AssayProcess doomed = letDieAt(role, point);
    List<String> parts = List.of("a", "b", "c");
    CommitId commit =
        rig().pushMatrix("echo $ASSAY_VARIANT_PART; test $ASSAY_VARIANT_PART != b", parts);
    awaitDeath(role, doomed);

    assertThat(rig().awaitVerdict(commit).variants())
        .containsOnlyKeys(parts)
        .allSatisfy(
            (part, of) ->
                assertThat(of.outcome())
                    .isEqualTo(part.equals("b") ? Outcome.FAILED : Outcome.PASSED));
    assertThat(rig().awaitVerdict(commit).outcome()).isEqualTo(Outcome.FAILED);
    for (String part : parts) {
      Path variant = rig().variant(commit).resolveSibling(part);
      assertThat(variant.resolve("log.txt")).hasContent(part + "\n");
      assertThat(variant.resolve("attempts.jsonl")).doesNotExist();
    }
  }

  /** A stopping worker waits two seconds for the confirm; if none came, it is stopped again. */
  private void whileItStops(CrashPoint point) throws Exception {
    int tries = 1;
    while (!diesWhileItStops(point, tries)) {
      assertThat(++tries).as("tries").isLessThanOrEqualTo(STOPS);
    }
  }

  private boolean diesWhileItStops(CrashPoint point, int number) throws Exception {
    Path go = rig().file("go-" + point + number);
    AssayProcess doomed = letDieAt("worker", point);
    CommitId commit = rig().push(waitingFor(go));
    awaitFile(rig().file("go-" + point + number + ".begun"));

    doomed.terminate();
    int exitCode = doomed.awaitExit(LIMIT);
    rig().startAgain("worker");
    Files.createFile(go);

    assertJudged(commit, Outcome.PASSED, "done\n");
    assertThat(rig().result(commit).attempt()).isEqualTo(1);
    return exitCode == KILLED;
  }

  private void atASecondResult(CrashPoint point) throws Exception {
    Path go = rig().file("go-" + point);
    AssayProcess doomed = letDieAt("coordinator", point);
    CommitId commit = rig().push(waitingFor(go));
    awaitFile(rig().file("go-" + point + ".begun"));
    rig().publishStart(commit, "another-run", "another");
    Files.createFile(go);
    assertJudged(commit, Outcome.PASSED, "done\n");

    rig().publish(another(rig().result(commit)));
    awaitDeath("coordinator", doomed);

    rig().awaitSettled();
    assertJudged(commit, Outcome.PASSED, "done\n");
    assertThat(rig().variant(commit).resolve("attempts.jsonl")).content().hasLineCount(1);
  }

  private void atACancel(CrashPoint point) throws Exception {
    Path go = rig().file("go-" + point);
    AssayProcess doomed = letDieAt("coordinator", point);
    CommitId commit = rig().push(waitingFor(go));
    awaitFile(rig().file("go-" + point + ".begun"));

    orderUntilDead(Order.Kind.CANCEL, commit, doomed);
    awaitDeath("coordinator", doomed);
    Files.createFile(go);

    assertThat(rig().awaitVerdict(commit).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  private void atARerun(CrashPoint point) throws Exception {
    CommitId commit = rig().push("echo again");
    assertJudged(commit, Outcome.PASSED, "again\n");
    AssayProcess doomed = letDieAt("coordinator", point);

    orderUntilDead(Order.Kind.RERUN, commit, doomed);
    awaitDeath("coordinator", doomed);

    Path second = rig().variant(commit).resolve("reruns/2");
    awaitFile(second.resolve("result.json"));
    awaitFile(second.resolve("log.txt"));
    assertThat(second.resolve("log.txt")).hasContent("again\n");
    assertThat(rig().variant(commit).resolve("reruns/3")).doesNotExist();
  }

  private void atASweep(CrashPoint point) throws Exception {
    assertThat(rig().member("worker").stop()).isZero();
    AssayProcess doomed = letDieAt("coordinator", point);
    CommitId commit = rig().push("echo swept");
    awaitFile(rig().variant(commit).resolve("job.json"));
    rig().purgeJobs();

    awaitDeath("coordinator", doomed);
    rig().startAgain("worker");

    assertJudged(commit, Outcome.PASSED, "swept\n");
  }

  /** Lets the process of this role die when it next reaches the crash point. */
  private AssayProcess letDieAt(String role, CrashPoint point) throws IOException {
    rig().arm(role, point);
    return rig().member(role).process();
  }

  private void awaitDeath(String role, AssayProcess doomed) throws IOException {
    rig()
        .await(
            role + " dies",
            () -> doomed.isAlive() ? Optional.<String>empty() : Optional.of("dead"));
    int exitCode = doomed.awaitExit(LIMIT);
    rig().startAgain(role); // whatever happened, the next test needs the process
    assertThat(exitCode).as(doomed.output()).isEqualTo(KILLED);
  }

  /** Repeats the order, because the restarted coordinator answers only when it is active. */
  private void orderUntilDead(Order.Kind kind, CommitId commit, AssayProcess doomed) {
    rig()
        .await(
            "the coordinator takes the order",
            () -> {
              if (doomed.isAlive()) {
                rig().order(kind, commit);
              }
              return doomed.isAlive() ? Optional.<String>empty() : Optional.of("taken");
            });
  }

  private void assertJudged(CommitId commit, Outcome outcome, String log) throws IOException {
    assertThat(rig().awaitVerdict(commit).outcome()).isEqualTo(outcome);
    assertThat(rig().result(commit).outcome()).isEqualTo(outcome);
    assertThat(rig().log(commit)).startsWith(log);
  }

  private void awaitFile(Path file) {
    rig().await(file + " is there", () -> Optional.of(file).filter(Files::exists));
  }

  /** A script that writes a report with this many cases. */
  private static String reporting(int cases) {
    String each = "s/.*/<testcase classname=\"a\" name=\"case &\"\\/>/";
    return "(echo '<testsuite>'; seq -f %%0%dg %d | sed '%s'; echo '</testsuite>') > junit.xml"
        .formatted(CASE, cases, each);
  }

  private static String caseName(int number) {
    return "case " + padded(number, CASE);
  }

  private static String padded(int number, int length) {
    String digits = Integer.toString(number);
    return "0".repeat(length - digits.length()) + digits;
  }

  private static String waitingFor(Path go) {
    return "touch %s.begun; while [ ! -e %s ]; do sleep 0.05; done; echo done".formatted(go, go);
  }

  private static String numbers() {
    List<String> lines =
        IntStream.rangeClosed(1, LINES)
            .mapToObj(number -> padded(number, LINE))
            .collect(Collectors.toCollection(ArrayList::new));
    return String.join("\n", lines) + "\n";
  }

  private static Result another(Result first) {
    return new Result(
        first.id(),
        new RunId("another-run", first.attempt()),
        new Conclusion(Outcome.FAILED, null, 1, "another"),
        new Execution(
            "another",
            first.queuedAt(),
            first.startedAt(),
            first.finishedAt(),
            first.phasesMillis()),
        new Findings(null, new FileSummary(0, false, null), null),
        first.about());
  }
}
