package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of the last commits of a branch, with little detail, because pages show many.
 *
 * @param outcome of its verdict; null while it has none
 */
public record StripLine(
    String repository,
    String commit,
    @Nullable String subject,
    Instant queuedAt,
    @Nullable Outcome outcome) {}
