package ci.assay.observer.settings;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.git.GitUrl;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Repository;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all jobs of one repository share.
 *
 * @param repository the repository; a URL that is a path is made absolute
 * @param test the command to run where the commit has no {@code .assay.yml}; null to detect it
 * @param timeout how long the command of a job may run; a second or more
 * @param pool the pool of jobs whose commit names none
 * @param others the other pools that a commit may name; null when a commit may name any pool but
 *     all jobs go to {@code pool}
 */
public record JobTerms(
    Repository repository,
    @Nullable String test,
    Duration timeout,
    String pool,
    @Nullable List<String> others) {

  /** For a repository whose commits may name no other pool. */
  public JobTerms(Repository repository, @Nullable String test, Duration timeout, String pool) {
    this(repository, test, timeout, pool, List.of());
  }

  /**
   * The bytes of a job message that are reserved for what the commit adds, such as ref and parents.
   */
  private static final int ROOM_FOR_COMMIT = 16 * 1024;

  /**
   * @throws InvalidInputException when a value is out of its range, a job would be too long for a
   *     message, or the URL is not valid
   */
  public JobTerms {
    repository = GitUrl.absolute(repository);
    Names.require("pool", pool);
    if (others != null) {
      others.forEach(each -> Names.require("pool", each));
      others = List.copyOf(others);
    }
    if (timeout.toSeconds() < 1) {
      throw new InvalidInputException(
          "timeout of repository '%s' is %s, not a second or more"
              .formatted(repository.name(), timeout));
    }
    requireBound(repository, test, timeout, pool);
  }

  private static void requireBound(
      Repository repository, @Nullable String test, Duration timeout, String pool) {
    CommitId any = new CommitId("0".repeat(64));
    Job job =
        new Job(
            JobId.of(repository.name(), any, Variant.DEFAULT.name()),
            new Revision(repository, any, any, List.of(), ""),
            new Task(Variant.DEFAULT, 1, test, pool, timeout.toSeconds()),
            new Origin(Instant.EPOCH, "", null));
    int size = Codec.encode(job).length;
    int most = Codec.MAX_JOB_BYTES - ROOM_FOR_COMMIT;
    if (size > most) {
      throw new InvalidInputException(
          "each job of repository '%s' would have %d bytes, and at most %d are allowed: put its test"
                  .formatted(repository.name(), size, most)
              + " command into a script in the repository");
    }
  }

  /** Terms with a detected command, the default timeout and the default pool. */
  public static JobTerms of(Repository repository) {
    return new JobTerms(repository, null, Job.DEFAULT_TIMEOUT, Job.DEFAULT_POOL);
  }

  /** The same terms, but all jobs go to {@code pool}, whatever pool their commits name. */
  public JobTerms inOnePlace() {
    return new JobTerms(repository, test, timeout, pool, null);
  }

  /** Whether a commit may name this pool. */
  public boolean allows(String named) {
    return others == null || named.equals(pool) || others.contains(named);
  }

  /** The pool of a job whose commit names an allowed pool. */
  public String poolFor(String named) {
    return others == null ? pool : named;
  }

  /** All pools that jobs may go to. */
  public List<String> pools() {
    return others == null
        ? List.of(pool)
        : Stream.concat(Stream.of(pool), others.stream()).distinct().toList();
  }
}
