package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A commit in a list. Flat, as it is a row of the index: a column each.
 *
 * @param id its row, for cursors
 * @param ref the ref it was first seen on
 * @param parent its first parent
 * @param author of the commit, where the observer said so, like what follows
 * @param outcome of its verdict; null, like what follows, while it has none
 * @param durationMillis of the longest of its variants
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
