/**
 * Takes a job, asks whether its run may begin, runs it and decides what becomes of its message.
 * Begin with {@link ci.assay.worker.job.JobHandler}, then {@link ci.assay.worker.job.JobRunner}.
 */
@NullMarked
package ci.assay.worker.job;

import org.jspecify.annotations.NullMarked;
