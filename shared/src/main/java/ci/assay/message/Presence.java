package ci.assay.message;

import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Names;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about itself every two seconds and at each change.
 *
 * @param worker its name
 * @param instance its name and a random part, another one after each start
 * @param slots how many runs it can do at a time
 * @param running what it runs now
 * @param held jobs that it keeps for a run of another worker
 * @param freeBytes free on the disk of its work folder
 * @param takesNothing why it takes no jobs now; null when it does
 */
public record Presence(
    String worker,
    String instance,
    List<String> pools,
    int slots,
    List<Underway> running,
    List<JobId> held,
    long freeBytes,
    @Nullable String takesNothing,
    Instant sentAt)
    implements Message {

  /** A run that is under way, or whose result is not confirmed yet. */
  public record Underway(JobId job, String run, Instant startedAt) {
    public Underway {
      Names.present("job", job);
      Names.require("run", Names.present("run", run));
      startedAt = Names.millis("startedAt", startedAt);
    }
  }

  public Presence {
    Names.present("worker", worker);
    Names.present("instance", instance);
    pools = List.copyOf(Names.present("pools", pools));
    running = List.copyOf(Names.present("running", running));
    held = List.copyOf(Names.present("held", held));
    sentAt = Names.millis("sentAt", sentAt);
  }
}
