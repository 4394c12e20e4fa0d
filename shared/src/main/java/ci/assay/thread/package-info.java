/**
 * Threads and timers that log what their tasks throw. Begin with {@link ci.assay.thread.Threads}
 * for creating threads and {@link ci.assay.thread.Steps} for the steps of their loops.
 */
@NullMarked
package ci.assay.thread;

import org.jspecify.annotations.NullMarked;
