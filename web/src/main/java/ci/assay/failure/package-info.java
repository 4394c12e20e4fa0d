/**
 * Finds out why a commit failed, in a few lines: which tests fail newly, or which lines of the log
 * no passing run had. Begin with {@link ci.assay.failure.FailureFinder}.
 */
@NullMarked
package ci.assay.failure;

import org.jspecify.annotations.NullMarked;
