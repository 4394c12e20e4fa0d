package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Selects notices: those that match all criteria that are not null.
 *
 * @param since selects those that were added since then
 */
public record Selection(
    @Nullable String rule,
    @Nullable String id,
    Entry.@Nullable State state,
    @Nullable Instant since) {}
