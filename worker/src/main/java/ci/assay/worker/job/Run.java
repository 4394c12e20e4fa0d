package ci.assay.worker.job;

import ci.assay.model.CommitId;
import ci.assay.model.Job;

/**
 * One execution of a job. {@link ActiveRuns} keeps its state.
 *
 * @param id a ULID
 */
record Run(Job job, String id) {

  /** For the log: {@code bottle 4f1c1a2b default}. */
  @Override
  public String toString() {
    CommitId commit = job.commit();
    String rerun = job.id().rerun() == 1 ? "" : "#" + job.id().rerun();
    return "%s %s %s%s"
        .formatted(job.repository().name(), commit.abbreviated(), job.variant().name(), rerun);
  }
}
