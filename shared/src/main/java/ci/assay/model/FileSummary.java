package ci.assay.model;

import ci.assay.common.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Size and completeness of a run's log, or of the file of its test cases.
 *
 * @param bytes the number of bytes that were sent, after any cut
 * @param truncated whether something was left out because the file was over its limit: the middle
 *     of a log; of the test cases first those that passed, then what still does not fit
 * @param complete false when pieces of the file were lost for good; null otherwise, and always on
 *     the wire
 */
public record FileSummary(long bytes, boolean truncated, @Nullable Boolean complete) {

  /** The summary of an empty file. */
  public static final FileSummary EMPTY = new FileSummary(0, false, null);

  public FileSummary {
    if (bytes < 0) {
      throw new InvalidInputException("log bytes " + bytes + " is negative");
    }
  }
}
