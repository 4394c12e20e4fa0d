package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;

/**
 * A worker says of a job that it runs it, or has run it and the result is confirmed: in answer to
 * {@link LivenessQuery}, and by itself after a reconnect and when a run ends that others hold the
 * job for.
 *
 * @param id the job
 * @param run the run's id
 * @param startedAt when the run began, by its worker's clock
 */
public record RunNotice(JobId id, String run, String worker, State state, Instant startedAt)
    implements FromWorker {

  /** How far it is. */
  public enum State {
    RUNNING("running"),
    /** Its result is confirmed. */
    FINISHED("finished"),
    /** It ended without a result, or its worker is lost. */
    NO_RESULT("gone");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As it stands in messages and files. */
    public String word() {
      return word;
    }

    /**
     * Reads {@link #word}.
     *
     * @throws InvalidInputException for a word that is none of these
     */
    public static State ofWord(String word) {
      for (State state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      throw new InvalidInputException("state '" + word + "' of a run is unknown");
    }
  }

  public RunNotice {
    Names.present("job", id);
    Names.require("run", Names.present("run", run));
    Names.present("worker", worker);
    Names.present("state", state);
    startedAt = Names.millis("startedAt", startedAt);
  }
}
