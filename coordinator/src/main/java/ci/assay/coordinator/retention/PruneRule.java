package ci.assay.coordinator.retention;

import ci.assay.common.InvalidInputException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whose logs and test cases go: those of commits that are old enough and not among the newest of
 * their branch.
 *
 * @param olderThan how long ago the verdict must have been found; null for any age
 * @param keep how many of each branch stay, however old; null for none
 */
public record PruneRule(@Nullable Duration olderThan, @Nullable Integer keep) {

  /**
   * @throws InvalidInputException when it says nothing, which would be everything
   */
  public PruneRule {
    if (olderThan == null && keep == null) {
      throw new InvalidInputException(
          "say what may go: --older-than TIME, --keep N of each branch, or both");
    }
  }
}
