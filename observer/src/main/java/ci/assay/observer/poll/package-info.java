/**
 * Polls repositories and stores what is new. Begin with {@link ci.assay.observer.poll.RefPoller}.
 */
@NullMarked
package ci.assay.observer.poll;

import org.jspecify.annotations.NullMarked;
