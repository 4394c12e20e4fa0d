/**
 * Changes a work tree to a commit, writing only what differs. Begin with {@link
 * ci.assay.worker.checkout.Workspace} and {@link ci.assay.worker.checkout.IncrementalWorkspace}.
 */
@NullMarked
package ci.assay.worker.checkout;

import org.jspecify.annotations.NullMarked;
