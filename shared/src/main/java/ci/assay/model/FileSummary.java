package ci.assay.model;

import ci.assay.common.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run's log, or of its test cases as a file.
 *
 * @param bytes how many were sent, after any cut
 * @param truncated whether something was left out because there was more than the cap: of a log its
 *     middle, of the test cases those that passed, and what does not fit even so
 * @param complete false when pieces of it were lost for good; null, as on the wire, when none are
 *     known to be
 */
public record FileSummary(long bytes, boolean truncated, @Nullable Boolean complete) {

  /** Of a run that printed nothing. */
  public static final FileSummary EMPTY = new FileSummary(0, false, null);

  public FileSummary {
    if (bytes < 0) {
      throw new InvalidInputException("log bytes " + bytes + " is negative");
    }
  }
}
