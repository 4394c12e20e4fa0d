package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A commit in a list. Flat, because its components are the columns of a row of the index.
 *
 * @param id of its row, for cursors
 * @param ref the ref it was first seen on
 * @param parent its first parent
 * @param author of the commit; like the next two null if the observer has not reported them
 * @param outcome of its verdict; like all that follow null while it has none
 * @param durationMillis of its longest variant
 */
public record CommitLine(
    long id,
    String repository,
    String ref,
    String commit,
    @Nullable String parent,
    @Nullable String author,
    @Nullable String subject,
    @Nullable Instant authoredAt,
    Instant queuedAt,
    @Nullable Outcome outcome,
    @Nullable Instant finishedAt,
    @Nullable Long durationMillis,
    @Nullable String summary) {}
