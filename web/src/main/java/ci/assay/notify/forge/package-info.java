/** Commit statuses at forges. Begin with {@link ci.assay.notify.forge.CommitStatus}. */
@NullMarked
package ci.assay.notify.forge;

import org.jspecify.annotations.NullMarked;
