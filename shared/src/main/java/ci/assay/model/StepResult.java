package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a run came to.
 *
 * @param round which try at the whole run it belongs to, from 1
 * @param outcome {@code skipped} for one that was not to run
 * @param exitCode null when it did not run or did not end by itself
 */
public record StepResult(
    String name, int round, Outcome outcome, @Nullable Integer exitCode, long durationMillis) {

  public StepResult {
    Names.present("name", name);
    Names.present("outcome", outcome);
    if (round < 1 || durationMillis < 0) {
      throw new InvalidInputException(
          "step '%s': round %d and durationMillis %d cannot be"
              .formatted(name, round, durationMillis));
    }
  }
}
