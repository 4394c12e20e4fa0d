package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unit on the work queue: test this commit of this repository in this variant.
 *
 * @param id deterministic; consistent with repository, commit and variant
 * @param revision what to test
 * @param task how to test it, and in which pool
 * @param origin when and why it was queued
 */
public record Job(JobId id, Revision revision, Task task, Origin origin) implements Message {

  /** The timeout of a job when none is configured. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

  /** The pool of a job when none is configured. */
  public static final String DEFAULT_POOL = "default";

  public Job {
    Names.present("id", id);
    if (!id.repository().equals(revision.repository().name())
        || !id.commit().equals(revision.commit())
        || !id.variant().equals(task.variant().name())) {
      throw new InvalidInputException(
          "job id '%s' does not agree with its repository '%s', commit %s and variant '%s'"
              .formatted(
                  id, revision.repository().name(), revision.commit(), task.variant().name()));
    }
  }

  public Repository repository() {
    return revision.repository();
  }

  public CommitId commit() {
    return revision.commit();
  }

  public @Nullable CommitId tree() {
    return revision.tree();
  }

  public List<CommitId> parents() {
    return revision.parents();
  }

  public String ref() {
    return revision.ref();
  }

  public Variant variant() {
    return task.variant();
  }

  public int variants() {
    return task.variants();
  }

  /** The outcome that is known without a run; null when the job is to be run. */
  public @Nullable Ruling ruling() {
    return task.ruling();
  }

  public @Nullable String test() {
    return task.test();
  }

  public String pool() {
    return task.pool();
  }

  public long timeoutSeconds() {
    return task.timeoutSeconds();
  }

  public Instant queuedAt() {
    return origin.queuedAt();
  }

  public String reason() {
    return origin.reason();
  }

  public @Nullable Change change() {
    return origin.change();
  }

  /** Whether later runs may see what the runs of this job write into their home folder. */
  public boolean trusted() {
    return Boolean.TRUE.equals(origin.trusted());
  }

  /** Whether both jobs ask for the same work, whenever and for whatever reason they were queued. */
  public boolean asksTheSameAs(Job other) {
    return id.equals(other.id)
        && repository().equals(other.repository())
        && task.equals(other.task);
  }

  /** The same job, not trusted: what its runs write into their home folder is thrown away. */
  public Job untrusted() {
    return new Job(id, revision, task, new Origin(queuedAt(), reason(), change()));
  }

  /** The same job for another reason. */
  public Job withReason(String other) {
    return new Job(id, revision, task, new Origin(queuedAt(), other, change(), origin.trusted()));
  }
}
