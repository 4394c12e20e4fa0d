/**
 * Whether this worker should take jobs: room on the disk, and a self-check after trouble. Begin
 * with {@link ci.assay.worker.readiness.Readiness}.
 */
@NullMarked
package ci.assay.worker.readiness;

import org.jspecify.annotations.NullMarked;
