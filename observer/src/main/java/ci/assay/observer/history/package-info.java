/**
 * Reads the history of a mirror: new commits, their authors, and names of commits. Begin with
 * {@link ci.assay.observer.history.CommitWalk}.
 */
@NullMarked
package ci.assay.observer.history;

import org.jspecify.annotations.NullMarked;
