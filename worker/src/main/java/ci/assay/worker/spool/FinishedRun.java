package ci.assay.worker.spool;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.InlineFiles;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that came to a result.
 *
 * @param files those that travel in the result
 * @param pieces of its log and of its test cases, where they do not
 */
public record FinishedRun(Result result, InlineFiles files, List<OutgoingMessage> pieces) {

  /** A run that has no files, or none that are sent. */
  public static FinishedRun bare(Result result) {
    return new FinishedRun(result, InlineFiles.NONE, List.of());
  }

  /** What to publish, the pieces of its files before the result. */
  List<OutgoingMessage> messages() {
    List<OutgoingMessage> all = new ArrayList<>(pieces);
    all.add(OutgoingMessage.result(result, files));
    return all;
  }

  /** Without its files, which are lost. */
  public static FinishedRun withoutFiles(Result result) {
    FileSummary cases = result.cases();
    Result without = result.withFiles(lost(result.log()), cases == null ? null : lost(cases));
    return bare(without);
  }

  /** What is known of a file that was here and is not any more. */
  static FileSummary lost(FileSummary file) {
    return new FileSummary(0, file.truncated(), false);
  }

  /**
   * What is said in place of a result, or of its files, that the broker will not have.
   *
   * @param kept where it is
   */
  static FinishedRun refused(Result result, String why, Path kept) {
    String cause =
        "the run %s, but the broker refused its result, which is kept in %s: %s"
            .formatted(result.outcome().word(), kept, why);
    Result instead =
        new Result(
            result.id(),
            new RunId(result.run(), result.attempt()),
            new Conclusion(Outcome.ERRORED, cause, null, "the broker refused the result"),
            new Execution(
                result.worker(),
                result.queuedAt(),
                result.startedAt(),
                result.finishedAt(),
                result.phasesMillis()),
            new Findings(null, result.log(), result.cases()),
            result.about());
    return withoutFiles(instead);
  }
}
