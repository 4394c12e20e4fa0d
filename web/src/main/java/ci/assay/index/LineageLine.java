package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A branch's tip, or one of its first parents. Flat, because its components are the columns of a
 * row of the index.
 *
 * @param outcome of its verdict; like {@code finishedAt} null while it has none
 */
public record LineageLine(
    String commit,
    @Nullable String author,
    @Nullable String subject,
    Instant queuedAt,
    @Nullable Outcome outcome,
    @Nullable Instant finishedAt) {}
