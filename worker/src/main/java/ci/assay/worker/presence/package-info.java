/**
 * Tells the coordinator what this worker does: its runs, every two seconds, and their output, while
 * it is watched.
 */
@NullMarked
package ci.assay.worker.presence;

import org.jspecify.annotations.NullMarked;
