package ci.assay.notify.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many notices there are.
 *
 * @param sent those that were sent and are still kept
 * @param oldest when the oldest pending one was added; null if there is none
 */
public record Totals(long pending, long sent, long givenUp, @Nullable Instant oldest) {}
