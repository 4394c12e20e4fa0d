package ci.assay.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run, and whether it needed more than one round of them.
 *
 * @param steps in order, those of an earlier round first; null when the run was one command
 * @param flaky whether the run passed after a round that failed; null means no
 */
public record StepRecord(@Nullable List<StepResult> steps, @Nullable Boolean flaky) {

  /** Of one command that was run once. */
  public static final StepRecord NONE = new StepRecord(null, null);

  public StepRecord {
    steps = steps == null ? null : List.copyOf(steps);
  }
}
