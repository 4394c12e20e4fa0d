package ci.assay.web.view;

import ci.assay.index.LineageLine;
import ci.assay.model.Outcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since which commit a branch fails.
 *
 * @param first the first of the consecutive commits that failed
 * @param isExact whether the commit before it passed; if not, earlier ones may have failed too
 */
public record FailingSince(LineageLine first, boolean isExact) {

  /**
   * Finds the commit from the verdicts of a branch's tip and its first parents. Commits without a
   * verdict, and those that were cancelled or skipped, are ignored.
   *
   * @param line the tip and its first parents, the newest first
   * @return empty when the latest verdict is not a failure
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
