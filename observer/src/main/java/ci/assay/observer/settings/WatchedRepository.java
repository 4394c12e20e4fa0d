package ci.assay.observer.settings;

import ci.assay.common.InvalidInputException;
import ci.assay.git.RefGlobs;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository to watch, and how.
 *
 * @param repository its path, if it is one, is made absolute
 * @param refs globs of the refs that count; all branches when empty
 * @param backlog how many of each ref's newest commits get a job when the repository is seen for
 *     the first time; below 1 as with 1, the tip alone
 * @param interval the longest time between two looks at it
 * @param test the command to run where the commit has no {@code .assay.yml}; null: detect it
 * @param timeout how long a job's command may run
 * @param pool where its jobs go
 */
public record WatchedRepository(
    Repository repository,
    List<String> refs,
    CommitSelection commits,
    int backlog,
    Duration interval,
    @Nullable String test,
    Duration timeout,
    String pool) {

  /** Between two looks at a repository for which nobody said otherwise. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

  /**
   * @throws InvalidInputException when a value is out of its bounds
   */
  public WatchedRepository {
    repository = new JobTerms(repository, test, timeout, pool).repository();
    refs = refs.isEmpty() ? List.of(RefGlobs.BRANCHES) : List.copyOf(refs);
    new RefGlobs(refs);
    if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new InvalidInputException(
          "interval of repository '%s' is %s, not 10 ms or more"
              .formatted(repository.name(), interval));
    }
  }

  /** All branches, every commit, the default interval, the command detected. */
  public static WatchedRepository of(Repository repository) {
    return new WatchedRepository(
        repository,
        List.of(),
        CommitSelection.EVERY,
        0,
        DEFAULT_INTERVAL,
        null,
        Job.DEFAULT_TIMEOUT,
        Job.DEFAULT_POOL);
  }

  public String name() {
    return repository.name();
  }

  /** What its jobs have in common. */
  public JobTerms terms() {
    return new JobTerms(repository, test, timeout, pool);
  }
}
