package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ref, and how it stands.
 *
 * @param id its row
 * @param latestAt when the commit that it points at was queued; where that is not known, the latest
 *     of those that were first seen on it
 * @param tip the commit that it points at; null where the observer has not said so
 * @param outcome of the tip's verdict; null while it has none
 */
public record BranchLine(
    long id,
    String repository,
    String ref,
    Instant latestAt,
    @Nullable String tip,
    @Nullable Outcome outcome) {}
