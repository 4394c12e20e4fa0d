/**
 * Limits memory, processes and processor time of each run with the kernel's control groups. Begin
 * with {@link ci.assay.worker.limit.ControlGroup}.
 */
@NullMarked
package ci.assay.worker.limit;

import org.jspecify.annotations.NullMarked;
