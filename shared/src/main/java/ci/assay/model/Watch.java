package ci.assay.model;

/**
 * To all workers: somebody watches this job, so whoever runs it sends, for a while, what the run
 * prints.
 *
 * @param id the job
 * @param from how many bytes of it are known already
 */
public record Watch(JobId id, long from) implements Message {

  public Watch {
    Names.present("job", id);
    if (from < 0) {
      throw new InvalidInputException("watch of " + id + " from byte " + from);
    }
  }
}
