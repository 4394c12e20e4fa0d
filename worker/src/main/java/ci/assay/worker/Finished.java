package ci.assay.worker;

import ci.assay.broker.Outgoing;
import ci.assay.model.LogSummary;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that came to a result. */
record Finished(Result result, List<Outgoing> logPieces) {

  /** What to publish, the log before the result. */
  List<Outgoing> messages() {
    List<Outgoing> all = new ArrayList<>(logPieces);
    all.add(Outgoing.result(result));
    return all;
  }

  /** Without its log, which is lost. */
  static Finished withoutLog(Result result) {
    LogSummary lost = new LogSummary(0, result.log().truncated(), false);
    return new Finished(result.withLog(lost), List.of());
  }

  /**
   * What is said in place of a result, or of its log, that the broker will not have.
   *
   * @param kept where it is
   */
  static Finished refused(Result result, String why, Path kept) {
    String cause =
        "the run %s, but the broker refused its result, which is kept in %s: %s"
            .formatted(result.outcome().word(), kept, why);
    Result instead =
        new Result(
            result.id(),
            result.run(),
            result.attempt(),
            Outcome.ERRORED,
            cause,
            null,
            "the broker refused the result",
            result.worker(),
            result.queuedAt(),
            result.startedAt(),
            result.finishedAt(),
            result.phasesMillis(),
            null,
            result.log(),
            result.about());
    return withoutLog(instead);
  }
}
