package ci.assay.git;

import ci.assay.common.Durations;
import ci.assay.common.Preconditions;
import ci.assay.common.Sizes;
import java.time.Duration;

/**
 * Limits on what is read from a repository at a time, since everybody who can push to it can make
 * it large.
 *
 * @param refs the most refs that it may advertise
 * @param bytes the most bytes that one fetch may transfer, compressed
 * @param time the longest time that one fetch may take
 */
public record FetchLimits(int refs, long bytes, Duration time) {

  /** The default: 200,000 refs, 20 GiB, 2 hours. */
  public static final FetchLimits DEFAULT =
      new FetchLimits(200_000, 20L << 30, Duration.ofHours(2));

  public FetchLimits {
    Preconditions.require(refs >= 1, "max refs", refs, "1 or more");
    Preconditions.require(bytes >= 1, "max fetch size", Sizes.text(bytes), "1 or more");
    Preconditions.require(
        !time.isZero() && !time.isNegative(),
        "fetch timeout",
        Durations.text(time),
        "more than zero");
  }

  /**
   * Fails when a repository advertises too many refs.
   *
   * @throws GitException of kind {@code UNSUPPORTED} when there are more than {@link #refs}
   */
  void requireRefs(String repository, int named) throws GitException {
    if (named > refs) {
      throw new GitException(
          GitException.Kind.UNSUPPORTED,
          "repository %s names more than %d refs; --max-refs allows more"
              .formatted(repository, refs));
    }
  }
}
