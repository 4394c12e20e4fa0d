package ci.assay.model;

import java.time.Instant;

/**
 * A run began: published, durable, before its first step.
 *
 * @param id the job
 * @param run the run's id, a ULID
 */
public record Started(JobId id, String run, String worker, Instant startedAt) implements Message {

  public Started {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    startedAt = Names.millis("startedAt", startedAt);
  }
}
