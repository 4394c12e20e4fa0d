package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many notices there are.
 *
 * @param told of those that are still kept
 * @param oldest since when the oldest that is pending waits; null where none does
 */
public record Totals(long pending, long told, long givenUp, @Nullable Instant oldest) {}
