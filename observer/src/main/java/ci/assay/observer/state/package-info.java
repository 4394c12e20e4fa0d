/**
 * How far each repository is observed, on disk: which commits are PENDING, SENT and JUDGED. Begin
 * with {@link ci.assay.observer.state.Cursor}.
 */
@NullMarked
package ci.assay.observer.state;

import org.jspecify.annotations.NullMarked;
