/**
 * Telling those who wait for verdicts. Begin with {@link ci.assay.notify.Notifier}: {@code Intake →
 * Noting → Outbox → Delivery → Receiver}.
 */
@NullMarked
package ci.assay.notify;

import org.jspecify.annotations.NullMarked;
