package ci.assay.model;

/**
 * A question to all workers: who runs this job, or has run it?
 *
 * @param id the job
 * @param run the run that would begin if nobody does
 */
public record Who(JobId id, String run) implements Message {

  public Who {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
  }
}
