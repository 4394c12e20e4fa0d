package ci.assay.git;

import ci.assay.common.Durations;
import ci.assay.common.Preconditions;
import ci.assay.common.Sizes;
import java.time.Duration;

/**
 * How much of a repository is taken at a time. Whoever can push to it decides how much there is.
 *
 * @param refs the most that it may name
 * @param bytes the most that one fetch may transfer, compressed as it is sent
 * @param time the longest that one fetch may take
 */
public record FetchLimits(int refs, long bytes, Duration time) {

  /** Where nobody said otherwise: 200,000 refs, 20 GiB, 2 hours. */
  public static final FetchLimits DEFAULT =
      new FetchLimits(200_000, 20L << 30, Duration.ofHours(2));

  public FetchLimits {
    Preconditions.require(refs >= 1, "max refs", refs, "1 or more");
    Preconditions.require(bytes >= 1, "max fetch size", Sizes.text(bytes), "1 or more");
    Preconditions.require(
        !time.isZero() && !time.isNegative(),
        "fetch timeout",
        Durations.text(time),
        "more than nothing");
  }

  /**
   * Says when a repository names too many refs.
   *
   * @throws GitException then
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
