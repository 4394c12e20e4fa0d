package ci.assay.observer;

import ci.assay.git.GitUrl;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.Names;
import ci.assay.model.Repository;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the jobs of one repository have in common.
 *
 * @param repository its path, if it is one, is made absolute
 * @param test the command to run where the commit has no {@code .assay.yml}; null: detect it
 * @param timeout how long a job's command may run, a second or more
 */
public record JobTerms(
    Repository repository, @Nullable String test, Duration timeout, String pool) {

  /**
   * @throws InvalidInputException when a value is out of its bounds or the URL is none
   */
  public JobTerms {
    repository = GitUrl.absolute(repository);
    Names.require("pool", pool);
    if (timeout.toSeconds() < 1) {
      throw new InvalidInputException(
          "timeout of repository '%s' is %s, not a second or more"
              .formatted(repository.name(), timeout));
    }
  }

  /** With the command detected, the default timeout and the default pool. */
  public static JobTerms of(Repository repository) {
    return new JobTerms(repository, null, Job.DEFAULT_TIMEOUT, Job.DEFAULT_POOL);
  }
}
