package ci.assay.coordinator.retention;

import ci.assay.common.InvalidInputException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Selects the commits whose logs and test cases are removed: those that are old enough and not
 * among the newest of their branch.
 *
 * @param olderThan how long ago the last run must have ended; null for any age
 * @param keep how many commits of each branch stay, however old; null for none
 */
public record PruneRule(@Nullable Duration olderThan, @Nullable Integer keep) {

  /**
   * @throws InvalidInputException when both are null, which would select all commits
   */
  public PruneRule {
    if (olderThan == null && keep == null) {
      throw new InvalidInputException("give --older-than TIME, --keep N (of each branch), or both");
    }
  }
}
