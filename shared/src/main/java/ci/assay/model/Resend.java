package ci.assay.model;

/**
 * To all workers: pieces of this run's log are missing, so whoever has it sends it again.
 *
 * @param id the job
 */
public record Resend(JobId id, String run) implements Message {

  public Resend {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
  }
}
