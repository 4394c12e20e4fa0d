package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's answer to a {@link StartRequest}.
 *
 * @param id the job
 * @param attempt which attempt the run would be, from 1
 * @param runs the runs that may be under way, when {@code decision} is {@code elsewhere}
 * @param settled whether these runs are gone when no worker answers for them: the broker was not
 *     restarted since they began, or their workers have had time to reconnect; null when the
 *     coordinator does not know
 */
public record StartReply(
    JobId id, Decision decision, int attempt, List<String> runs, @Nullable Boolean settled)
    implements Message {

  /** What the worker must do. */
  public enum Decision {
    /** Begin the run. */
    RUN,
    /** Ack the delivery: the job has its result. */
    JUDGED,
    /** The job seems to be running: find out where, and hold it as long as that run goes on. */
    ELSEWHERE,
    /** Give the job back to the queue for a while: another worker should try. */
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
