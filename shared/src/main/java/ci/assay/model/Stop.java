package ci.assay.model;

/**
 * To all workers: this job has its result, so whoever runs it may stop.
 *
 * @param id the job
 */
public record Stop(JobId id, String reason) implements Message {

  public Stop {
    Names.present("job", id);
    Names.present("reason", reason);
  }
}
