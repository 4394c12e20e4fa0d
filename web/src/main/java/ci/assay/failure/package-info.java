/**
 * Why a commit failed, in a few lines: which tests newly fail, or what the log says that no passing
 * run said. Begin with {@link ci.assay.failure.FailureFinder}.
 */
@NullMarked
package ci.assay.failure;

import org.jspecify.annotations.NullMarked;
