/**
 * Decides whether this worker should take jobs: free space on the disk, and a self-check after
 * failures. Begin with {@link ci.assay.worker.readiness.Readiness}.
 */
@NullMarked
package ci.assay.worker.readiness;

import org.jspecify.annotations.NullMarked;
