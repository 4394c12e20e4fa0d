/**
 * Threads of which none ends in silence. Begin with {@link ci.assay.thread.Threads} for making one
 * and {@link ci.assay.thread.Steps} for what it does again and again.
 */
@NullMarked
package ci.assay.thread;

import org.jspecify.annotations.NullMarked;
