/** What is still to be told, on the disk. Begin with {@link ci.assay.notify.outbox.Outbox}. */
@NullMarked
package ci.assay.notify.outbox;

import org.jspecify.annotations.NullMarked;
