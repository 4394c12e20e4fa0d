package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A commit that a branch's tip leads to by first parents. Flat, as it is a row of the index: a
 * column each.
 *
 * @param outcome of its verdict; null, like the time when it was reached, while it has none
 */
public record LineageLine(
    String commit,
    @Nullable String author,
    @Nullable String subject,
    Instant queuedAt,
    @Nullable Outcome outcome,
    @Nullable Instant finishedAt) {}
