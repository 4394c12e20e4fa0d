package ci.assay.worker.job;

import ci.assay.model.CommitId;
import ci.assay.model.Job;

/**
 * One execution of a job.
 *
 * @param id a ULID
 * @param permission whether it may begin; asked before its first step
 */
record Run(Job job, String id, StartGate.Permission permission) {

  /** For the log: {@code bottle 4f1c1a2b default}. */
  @Override
  public String toString() {
    CommitId commit = job.commit();
    String rerun = job.id().rerun() == 1 ? "" : "#" + job.id().rerun();
    return "%s %s %s%s"
        .formatted(job.repository().name(), commit.abbreviated(), job.variant().name(), rerun);
  }
}
