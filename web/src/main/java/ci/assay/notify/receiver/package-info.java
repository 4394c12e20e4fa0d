/**
 * The interface of receivers, and what all kinds of them need: notices, bounded HTTP calls, secrets
 * in files. Begin with {@link ci.assay.notify.receiver.Receiver}.
 */
@NullMarked
package ci.assay.notify.receiver;

import org.jspecify.annotations.NullMarked;
