package ci.assay.index;

import ci.assay.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Which commits of a repository are wanted.
 *
 * @param ref first seen on this one, or in the line of its first parents; null for any
 * @param outcome with this verdict; null for any, also for none
 */
public record CommitFilter(String repository, @Nullable String ref, @Nullable Outcome outcome) {

  /** All of a repository. */
  public static CommitFilter of(String repository) {
    return new CommitFilter(repository, null, null);
  }

  CommitFilter on(@Nullable String other) {
    return new CommitFilter(repository, other, outcome);
  }
}
