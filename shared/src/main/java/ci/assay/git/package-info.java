/**
 * Bare mirrors of repositories, and reading their remotes: paths, HTTPS, SSH. Begin with {@link
 * ci.assay.git.MirrorStore} and {@link ci.assay.git.Mirror}.
 */
@NullMarked
package ci.assay.git;

import org.jspecify.annotations.NullMarked;
