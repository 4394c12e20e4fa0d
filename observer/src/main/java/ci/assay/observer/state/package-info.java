/**
 * The state of each repository on disk: seen tips, and which commits are PENDING, SENT and JUDGED.
 * Begin with {@link ci.assay.observer.state.Cursor}.
 */
@NullMarked
package ci.assay.observer.state;

import org.jspecify.annotations.NullMarked;
