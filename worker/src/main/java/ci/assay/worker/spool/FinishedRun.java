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
import ci.assay.model.artifact.ArtifactSummary;
import java.nio.file.Path;
import java.util.List;

/**
 * A run that has a result.
 *
 * @param files the files that travel in the result message
 * @param pieces the messages with the pieces of its files, if they do not; perhaps read from disk
 *     only when one is asked for
 */
public record FinishedRun(Result result, InlineFiles files, List<OutgoingMessage> pieces) {

  /** A run that has no files, or none that are sent. */
  public static FinishedRun bare(Result result) {
    return new FinishedRun(result, InlineFiles.NONE, List.of());
  }

  /** The messages to publish: the pieces of its files, then the result. */
  List<OutgoingMessage> messages() {
    return LazyList.joined(List.of(pieces, List.of(OutgoingMessage.result(result, files))));
  }

  /** A finished run whose files are lost. */
  public static FinishedRun withoutFiles(Result result) {
    FileSummary cases = result.cases();
    Result without = result.withFiles(lost(result.log()), cases == null ? null : lost(cases));
    ArtifactSummary artifacts = result.artifacts();
    return bare(without.withArtifacts(artifacts == null ? null : artifacts.lost()));
  }

  /** The summary of a file that is lost. */
  static FileSummary lost(FileSummary file) {
    return new FileSummary(0, file.truncated(), false);
  }

  /**
   * The result that replaces one that the broker refused, or whose files it refused.
   *
   * @param kept where the refused result is kept
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
