/**
 * Reads the history of a mirror: new commits, who wrote them, what names of commits mean. Begin
 * with {@link ci.assay.observer.history.CommitWalk}.
 */
@NullMarked
package ci.assay.observer.history;

import org.jspecify.annotations.NullMarked;
