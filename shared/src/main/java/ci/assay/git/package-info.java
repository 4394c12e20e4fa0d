/** Bare mirrors of repositories and what is asked of remote ones. */
@NullMarked
package ci.assay.git;

import org.jspecify.annotations.NullMarked;
