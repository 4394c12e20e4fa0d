/**
 * Keeps finished runs on disk until the broker has confirmed their results. Begin with {@link
 * ci.assay.worker.spool.Spool}.
 */
@NullMarked
package ci.assay.worker.spool;

import org.jspecify.annotations.NullMarked;
