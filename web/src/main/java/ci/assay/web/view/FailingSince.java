package ci.assay.web.view;

import ci.assay.index.LineageLine;
import ci.assay.model.Outcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since which commit a branch fails.
 *
 * @param first the first of the commits in a row that failed
 * @param isExact whether the one before it passed; else earlier ones may have failed, too, of which
 *     nothing is known
 */
public record FailingSince(LineageLine first, boolean isExact) {

  /**
   * By the verdicts of what a branch's tip leads to. Commits without a verdict, and those that were
   * cancelled or skipped, tell nothing.
   *
   * @param line newest first
   * @return nothing when the latest verdict is none of a failure
   */
  public static Optional<FailingSince> of(List<LineageLine> line) {
    LineageLine first = null;
    for (LineageLine each : line) {
      if (each.outcome() == Outcome.PASSED) {
        return first == null ? Optional.empty() : Optional.of(new FailingSince(first, true));
      }
      first = isFailure(each.outcome()) ? each : first;
    }
    return first == null ? Optional.empty() : Optional.of(new FailingSince(first, false));
  }

  private static boolean isFailure(@Nullable Outcome outcome) {
    return outcome == Outcome.FAILED || outcome == Outcome.ERRORED || outcome == Outcome.TIMED_OUT;
  }
}
