/**
 * Notifications that are still to be sent, on disk. Begin with {@link
 * ci.assay.notify.outbox.Outbox}.
 */
@NullMarked
package ci.assay.notify.outbox;

import org.jspecify.annotations.NullMarked;
