package ci.assay.model;

import ci.assay.common.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unit on the work queue: test this commit of this repository in this variant.
 *
 * @param id deterministic; agrees with repository, commit and variant
 * @param commit what to check out
 * @param tree the commit's tree, where the observer knows it
 * @param parents the commit's parents, in git's order
 * @param ref the ref it was first seen on
 * @param variants how many variants the commit has; its verdict appears when all have one
 * @param test the command to run where the commit has no {@code .assay.yml}; null: detect it
 * @param pool the work queue it goes to
 * @param timeoutSeconds how long its command may run
 * @param queuedAt when the observer first stored it
 * @param reason why it runs: {@code push}, {@code backlog}, {@code run}, {@code rerun}, {@code
 *     audit}
 * @param change who wrote the commit; null where that is not known
 */
public record Job(
    JobId id,
    Repository repository,
    CommitId commit,
    @Nullable CommitId tree,
    List<CommitId> parents,
    String ref,
    Variant variant,
    int variants,
    @Nullable String test,
    String pool,
    long timeoutSeconds,
    Instant queuedAt,
    String reason,
    @Nullable Change change)
    implements Message {

  /** Of a job for which nobody said otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

  /** The pool of a job for which nobody said otherwise. */
  public static final String DEFAULT_POOL = "default";

  public Job {
    Names.present("id", id);
    Names.present("repository", repository);
    Names.present("commit", commit);
    Names.present("parents", parents);
    Names.present("ref", ref);
    Names.present("variant", variant);
    Names.present("pool", pool);
    queuedAt = Names.millis("queuedAt", queuedAt);
    Names.present("reason", reason);
    parents = List.copyOf(parents);
    Names.require("pool", pool);
    if (!id.repository().equals(repository.name())
        || !id.commit().equals(commit)
        || !id.variant().equals(variant.name())) {
      throw new InvalidInputException(
          "job id '%s' does not agree with its repository '%s', commit %s and variant '%s'"
              .formatted(id, repository.name(), commit, variant.name()));
    }
    if (variants < 1) {
      throw new InvalidInputException(
          "job " + id + ": variants is " + variants + ", not 1 or more");
    }
    if (timeoutSeconds < 1) {
      throw new InvalidInputException(
          "job " + id + ": timeoutSeconds is " + timeoutSeconds + ", not 1 or more");
    }
  }

  /** A job of a commit of which nobody knows who wrote it. */
  public Job(
      JobId id,
      Repository repository,
      CommitId commit,
      @Nullable CommitId tree,
      List<CommitId> parents,
      String ref,
      Variant variant,
      int variants,
      @Nullable String test,
      String pool,
      long timeoutSeconds,
      Instant queuedAt,
      String reason) {
    this(
        id,
        repository,
        commit,
        tree,
        parents,
        ref,
        variant,
        variants,
        test,
        pool,
        timeoutSeconds,
        queuedAt,
        reason,
        null);
  }

  /** The same job for another reason. */
  public Job withReason(String other) {
    return new Job(
        id,
        repository,
        commit,
        tree,
        parents,
        ref,
        variant,
        variants,
        test,
        pool,
        timeoutSeconds,
        queuedAt,
        other,
        change);
  }
}
