/**
 * Notifications about verdicts. Begin with {@link ci.assay.notify.Notifier}: {@code ChangeQueue →
 * NotificationPlanner → Outbox → OutboxSender → Receiver}.
 */
@NullMarked
package ci.assay.notify;

import org.jspecify.annotations.NullMarked;
