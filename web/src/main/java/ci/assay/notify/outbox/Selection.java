package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which notices are meant: those to which all that is said applies.
 *
 * @param rule null for any, and so on
 * @param since when they were noted
 */
public record Selection(
    @Nullable String rule,
    @Nullable String id,
    Entry.@Nullable State state,
    @Nullable Instant since) {}
