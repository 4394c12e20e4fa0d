package ci.assay.web.api;

import ci.assay.common.InvalidInputException;
import ci.assay.model.CommitId;
import ci.assay.model.Variant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the job that a person means who names a commit and, perhaps, a variant. */
public final class LatestJob {

  private LatestJob() {}

  /**
   * The latest job of a variant, whether or not it has a result.
   *
   * @param variant null for the only one, or the default one
   * @throws InvalidInputException if there is no such job, or no variant is named and there are
   *     several
   */
  public static ApiModels.Job of(ApiModels.WholeCommit known, @Nullable String variant) {
    String which = chosen(known, variant);
    return latest(known, which, false)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "commit %s has no variant '%s'; it has: %s"
                        .formatted(
                            id(known).abbreviated(), which, String.join(", ", variants(known)))));
  }

  /** As {@link #of}, but the latest one that has a result. */
  public static ApiModels.Job judged(ApiModels.WholeCommit known, @Nullable String variant) {
    ApiModels.Job any = of(known, variant);
    return latest(known, any.variant(), true)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "variant '%s' of commit %s has no result yet; assay log -f follows its run"
                        .formatted(any.variant(), id(known).abbreviated())));
  }

  /**
   * The variant that is meant: the named one, else the only one, else the default one.
   *
   * @throws InvalidInputException if none is named and there are several without a default one
   */
  public static String chosen(List<String> variants, CommitId commit, @Nullable String named) {
    if (named != null) {
      return named;
    }
    if (variants.size() > 1 && !variants.contains(Variant.DEFAULT.name())) {
      throw new InvalidInputException(
          "commit %s has several variants; name one of: %s"
              .formatted(commit.abbreviated(), String.join(", ", variants)));
    }
    return variants.size() == 1 ? variants.get(0) : Variant.DEFAULT.name();
  }

  private static String chosen(ApiModels.WholeCommit known, @Nullable String variant) {
    return chosen(variants(known), id(known), variant);
  }

  private static List<String> variants(ApiModels.WholeCommit known) {
    return known.jobs().stream().map(ApiModels.Job::variant).distinct().sorted().toList();
  }

  private static CommitId id(ApiModels.WholeCommit known) {
    return new CommitId(known.commit().commit());
  }

  private static Optional<ApiModels.Job> latest(
      ApiModels.WholeCommit known, String variant, boolean isJudged) {
    return known.jobs().stream()
        .filter(job -> job.variant().equals(variant))
        .filter(job -> !isJudged || job.outcome() != null)
        .max(Comparator.comparingInt(ApiModels.Job::rerun));
  }
}
