/**
 * What is told, and what whoever is told needs: bounded calls over HTTP, secrets in files. Begin
 * with {@link ci.assay.notify.receiver.Receiver}.
 */
@NullMarked
package ci.assay.notify.receiver;

import org.jspecify.annotations.NullMarked;
