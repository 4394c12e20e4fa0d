package ci.assay.systemtest.chaos;

import ci.assay.model.Outcome;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The kinds of commits that are pushed, with their expected outcomes. */
enum KnownTruth {
  PASSES(Outcome.PASSED, 9, "sleep 0.3\necho end", "end\n"),
  FAILS(Outcome.FAILED, 4, "sleep 0.2\n" + reporting(1) + "\necho end\nexit 1", "end\n"),
  PRINTS_MUCH(
      Outcome.PASSED,
      2,
      "seq 250000\n" + reporting(30_000) + "\nmkdir kept\nseq 250000 > kept/numbers\necho end",
      numbers(250_000) + "end\n"),
  CRASHES(Outcome.FAILED, 2, "echo end\nkill -9 $$", "end\n"),
  TIMES_OUT(Outcome.TIMED_OUT, 1, "echo end\nsleep 60", "end\n"),
  IS_MALFORMED(Outcome.ERRORED, 1, "", "");

  private final Outcome outcome;
  private final int weight;
  private final String script;
  private final String prints;

  KnownTruth(Outcome outcome, int weight, String script, String prints) {
    this.outcome = outcome;
    this.weight = weight;
    this.script = script;
    this.prints = prints;
  }

  /** A script that writes a report with this many test cases. */
  private static String reporting(int cases) {
    String each = "s/.*/<testcase classname=\"a\" name=\"case &\"\\/>/";
    return "(echo '<testsuite>'; seq %d | sed '%s'; echo '</testsuite>') > junit.xml"
        .formatted(cases, each);
  }

  /** How many test cases its run reports. */
  int cases() {
    return switch (this) {
      case FAILS -> 1;
      case PRINTS_MUCH -> 30_000;
      case PASSES, CRASHES, TIMES_OUT, IS_MALFORMED -> 0;
    };
  }

  /** The contents of the artifacts of its run; empty without any. */
  String artifacts() {
    return this == PRINTS_MUCH ? numbers(250_000) : "";
  }

  private static String numbers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> n + "\n").collect(Collectors.joining());
  }

  /** A random kind, by weight. */
  static KnownTruth any(Random random) {
    int total = 0;
    for (KnownTruth each : values()) {
      total += each.weight;
    }
    int dice = random.nextInt(total);
    for (KnownTruth each : values()) {
      dice -= each.weight;
      if (dice < 0) {
        return each;
      }
    }
    throw new AssertionError("weights do not add up");
  }

  Outcome outcome() {
    return outcome;
  }

  /** The output of its run before the run ends or is killed. */
  String log(int number) {
    return this == IS_MALFORMED ? "" : "begin " + number + "\n" + prints;
  }

  /**
   * The files of such a commit.
   *
   * @param runs a file to which each run adds a line
   */
  Map<String, String> files(int number, Path runs) {
    String pipeline =
        switch (this) {
          case PASSES, FAILS, CRASHES -> "test: sh test.sh\n";
          case PRINTS_MUCH -> "test: sh test.sh\nartifacts: [kept/**]\n";
          case TIMES_OUT -> "test: sh test.sh\ntimeout: 1s\n";
          case IS_MALFORMED -> "tset: sh test.sh\n";
        };
    return Map.of(
        "test.sh",
        "echo $ASSAY_COMMIT >> %s\necho begin %d\n%s\n".formatted(runs, number, script),
        ".assay.yml",
        pipeline);
  }
}
