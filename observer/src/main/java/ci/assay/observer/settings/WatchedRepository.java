package ci.assay.observer.settings;

import ci.assay.common.InvalidInputException;
import ci.assay.git.RefGlobs;
import ci.assay.model.Repository;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository to watch, and how.
 *
 * @param terms what its jobs have in common
 * @param refs globs of the refs that count; all branches when empty
 * @param backlog how many of each ref's newest commits get a job when the repository is seen for
 *     the first time; below 1 as with 1, the tip alone
 * @param interval the longest time between two looks at it
 * @param trusted globs of the refs whose runs may leave something for later ones; the default
 *     branch when empty
 */
public record WatchedRepository(
    JobTerms terms,
    List<String> refs,
    CommitSelection commits,
    int backlog,
    Duration interval,
    List<String> trusted) {

  /** Where forges keep what anybody may propose. */
  private static final List<String> PROPOSED = List.of("refs/pull/", "refs/merge-requests/");

  /** Between two looks at a repository for which nobody said otherwise. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

  /**
   * @throws InvalidInputException when a value is out of its bounds
   */
  public WatchedRepository {
    refs = refs.isEmpty() ? List.of(RefGlobs.BRANCHES) : List.copyOf(refs);
    new RefGlobs(refs);
    trusted = List.copyOf(trusted);
    new RefGlobs(trusted);
    if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new InvalidInputException(
          "interval of repository '%s' is %s, not 10 ms or more"
              .formatted(terms.repository().name(), interval));
    }
  }

  /** With the default branch trusted. */
  public WatchedRepository(
      JobTerms terms, List<String> refs, CommitSelection commits, int backlog, Duration interval) {
    this(terms, refs, commits, backlog, interval, List.of());
  }

  /**
   * Whether a ref is trusted.
   *
   * @param defaultBranch null where nobody knows
   */
  public boolean trusts(String ref, @Nullable String defaultBranch) {
    if (PROPOSED.stream().anyMatch(ref::startsWith)) {
      return false;
    }
    return trusted.isEmpty() ? ref.equals(defaultBranch) : new RefGlobs(trusted).matches(ref);
  }

  /** All branches, every commit, the default interval, the command detected. */
  public static WatchedRepository of(Repository repository) {
    return new WatchedRepository(
        JobTerms.of(repository), List.of(), CommitSelection.EVERY, 0, DEFAULT_INTERVAL);
  }

  public Repository repository() {
    return terms.repository();
  }

  public String name() {
    return terms.repository().name();
  }

  public String pool() {
    return terms.pool();
  }
}
