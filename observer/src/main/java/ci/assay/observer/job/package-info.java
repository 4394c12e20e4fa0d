/**
 * From a planned commit to a job on the queue, and what became of it. Begin with {@link
 * ci.assay.observer.job.JobPlanner}, {@link ci.assay.observer.job.JobSender} and {@link
 * ci.assay.observer.job.Reconciler}.
 */
@NullMarked
package ci.assay.observer.job;

import org.jspecify.annotations.NullMarked;
