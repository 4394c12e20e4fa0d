/**
 * From a planned commit to its jobs on the queue and their state at the coordinator. Begin with
 * {@link ci.assay.observer.job.JobPlanner}, {@link ci.assay.observer.job.JobSender} and {@link
 * ci.assay.observer.job.Reconciler}.
 */
@NullMarked
package ci.assay.observer.job;

import org.jspecify.annotations.NullMarked;
