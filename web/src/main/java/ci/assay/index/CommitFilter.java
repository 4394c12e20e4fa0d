package ci.assay.index;

import ci.assay.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Selects commits of a repository.
 *
 * @param ref the commits were first seen on it, or are its tip or first parents of that; null for
 *     all
 * @param outcome of their verdicts; null for all commits, also those without a verdict
 */
public record CommitFilter(String repository, @Nullable String ref, @Nullable Outcome outcome) {

  /** All commits of a repository. */
  public static CommitFilter of(String repository) {
    return new CommitFilter(repository, null, null);
  }

  CommitFilter on(@Nullable String other) {
    return new CommitFilter(repository, other, outcome);
  }
}
