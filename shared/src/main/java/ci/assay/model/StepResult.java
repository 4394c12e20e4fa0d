package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import org.jspecify.annotations.Nullable;

/**
 * The result of one step of a run.
 *
 * @param round the number of the round, a try of the whole run, that the step belongs to, from 1
 * @param outcome {@code skipped} for a step that was not to run
 * @param exitCode null when the step did not run or did not end by itself
 */
public record StepResult(
    String name, int round, Outcome outcome, @Nullable Integer exitCode, long durationMillis) {

  public StepResult {
    Names.present("name", name);
    Names.present("outcome", outcome);
    if (round < 1 || durationMillis < 0) {
      throw new InvalidInputException(
          "step '%s': round %d and durationMillis %d are not valid"
              .formatted(name, round, durationMillis));
    }
  }
}
