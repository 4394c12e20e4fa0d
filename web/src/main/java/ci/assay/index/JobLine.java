package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job in a list. Flat, because its components are the columns of a row of the index.
 *
 * @param rerun 1 for the first job, 2 and up for reruns that a person asked for
 * @param outcome of its result; like all that follow null while it has none
 */
public record JobLine(
    String repository,
    String ref,
    String commit,
    @Nullable String subject,
    String variant,
    int rerun,
    String pool,
    Instant queuedAt,
    @Nullable Outcome outcome,
    @Nullable String run,
    @Nullable String worker,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String summary) {

  /** The job's id, as {@link ci.assay.model.JobId} writes it. */
  public String id() {
    String id = repository + "/" + commit + "/" + variant;
    return rerun == 1 ? id : id + "#" + rerun;
  }
}
