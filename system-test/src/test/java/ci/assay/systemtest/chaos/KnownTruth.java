package ci.assay.systemtest.chaos;

import ci.assay.model.Outcome;
import java.util.Map;
import java.util.Random;

/** The kinds of commits that are pushed, and the outcome that each must come to. */
enum KnownTruth {
  PASSES(Outcome.PASSED, "sleep 0.%d; echo end", ""),
  FAILS(Outcome.FAILED, "sleep 0.%d; echo end; exit 1", ""),
  CRASHES(Outcome.FAILED, "sleep 0.%d; echo end; kill -9 $$", ""),
  TIMES_OUT(Outcome.TIMED_OUT, "echo end %d; sleep 60", "test: sh test.sh\ntimeout: 1s\n"),
  IS_MALFORMED(Outcome.ERRORED, "echo end %d", "tset: sh test.sh\n");

  private final Outcome outcome;
  private final String body;
  private final String pipeline;

  KnownTruth(Outcome outcome, String body, String pipeline) {
    this.outcome = outcome;
    this.body = body;
    this.pipeline = pipeline;
  }

  /** Mostly ordinary commits; those that need a second or more are rarer. */
  static KnownTruth any(Random random) {
    int dice = random.nextInt(20);
    if (dice < 10) {
      return PASSES;
    }
    if (dice < 15) {
      return FAILS;
    }
    return dice < 17 ? CRASHES : dice < 18 ? TIMES_OUT : IS_MALFORMED;
  }

  Outcome outcome() {
    return outcome;
  }

  /** Whether its run prints {@code begin} and {@code end}. */
  boolean runs() {
    return this != IS_MALFORMED;
  }

  /** The files of such a commit. */
  Map<String, String> files(int number, Random random) {
    return Map.of(
        "test.sh",
        "echo begin " + number + "\n" + body.formatted(1 + random.nextInt(5)) + "\n",
        ".assay.yml",
        pipeline.isEmpty() ? "test: sh test.sh\n" : pipeline);
  }
}
