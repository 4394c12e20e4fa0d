package ci.assay.worker.settings;

import ci.assay.common.Durations;
import ci.assay.common.Preconditions;
import ci.assay.common.Sizes;
import java.time.Duration;

/**
 * How large a commit may be. A larger one is errored, and none of its files stay on the disk.
 *
 * @param files the most entries: files, links, folders and submodules together
 * @param bytes the most bytes of all its files together
 * @param depth how deep its folders may be nested
 * @param time the longest that a checkout may take
 */
public record CheckoutLimits(long files, long bytes, int depth, Duration time) {

  /** The default: 900,000 entries, 10 GiB, 200 levels of folders, 30 minutes. */
  public static final CheckoutLimits DEFAULT =
      new CheckoutLimits(900_000, 10L << 30, 200, Duration.ofMinutes(30));

  private static final int DEEPEST = 2_000;

  public CheckoutLimits {
    Preconditions.require(files >= 1, "max checkout files", files, "1 or more");
    Preconditions.require(bytes >= 1, "max checkout size", Sizes.text(bytes), "1 or more");
    Preconditions.require(
        depth >= 1 && depth <= DEEPEST, "max checkout depth", depth, "1 to " + DEEPEST);
    Preconditions.require(
        !time.isZero() && !time.isNegative(),
        "checkout timeout",
        Durations.text(time),
        "more than zero");
  }
}
