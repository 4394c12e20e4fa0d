package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's answer to an {@link StartRequest}.
 *
 * @param id the job
 * @param attempt which attempt the run would be, from 1
 * @param runs the runs that may be under way, when {@code decision} is {@code elsewhere}
 * @param settled whether no answer for these runs means that they are gone: the broker was not
 *     restarted since they began, or their workers have had the time to come back; null when the
 *     coordinator does not say
 */
public record StartReply(
    JobId id, Decision decision, int attempt, List<String> runs, @Nullable Boolean settled)
    implements Message {

  /** What the worker shall do. */
  public enum Decision {
    /** Begin. */
    RUN,
    /** Ack: the job has its result. */
    JUDGED,
    /** It seems to be running: find out where, and hold the job as long as it does. */
    ELSEWHERE,
    /** Give it back for a while: another worker shall try. */
    DEFER
  }

  public StartReply {
    Names.present("job", id);
    Names.present("decision", decision);
    runs = List.copyOf(Names.present("runs", runs));
    if (attempt < 1) {
      throw new InvalidInputException("answer about " + id + ": attempt is " + attempt);
    }
  }
}
