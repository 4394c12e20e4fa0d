/**
 * Tells others what this worker does: its runs, every two seconds, and what they print, while
 * somebody watches.
 */
@NullMarked
package ci.assay.worker.presence;

import org.jspecify.annotations.NullMarked;
