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
 * @param terms the settings of its jobs
 * @param refs globs of the refs to watch; all branches when empty
 * @param commits which of a ref's new commits get a job
 * @param backlog how many of each ref's newest commits get a job when the repository is polled for
 *     the first time; 1 or less for the tip alone
 * @param interval the longest time between two polls
 * @param trusted globs of the refs whose runs may keep files in their home folder for later runs;
 *     the default branch when empty
 */
public record WatchedRepository(
    JobTerms terms,
    List<String> refs,
    CommitSelection commits,
    int backlog,
    Duration interval,
    List<String> trusted) {

  /** The refs of pull and merge requests, which anybody may create; never trusted. */
  private static final List<String> PROPOSED = List.of("refs/pull/", "refs/merge-requests/");

  /** The default of {@code interval}. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

  /**
   * @throws InvalidInputException when a value is out of its range
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

  /** A repository whose default branch is trusted. */
  public WatchedRepository(
      JobTerms terms, List<String> refs, CommitSelection commits, int backlog, Duration interval) {
    this(terms, refs, commits, backlog, interval, List.of());
  }

  /**
   * Whether a ref is trusted.
   *
   * @param defaultBranch the full name of the default branch; null when it is not known
   */
  public boolean trusts(String ref, @Nullable String defaultBranch) {
    if (PROPOSED.stream().anyMatch(ref::startsWith)) {
      return false;
    }
    return trusted.isEmpty() ? ref.equals(defaultBranch) : new RefGlobs(trusted).matches(ref);
  }

  /** Watches all branches and every commit, with the default interval and a detected command. */
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
