/**
 * Watches repositories and publishes a job for each new commit. {@link ci.assay.observer.Observer}
 * assembles the packages below; a commit goes through poll, history, state and job, in this order.
 */
@NullMarked
package ci.assay.observer;

import org.jspecify.annotations.NullMarked;
