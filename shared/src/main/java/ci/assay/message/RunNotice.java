package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.FromWorker;
import ci.assay.model.JobId;
import java.time.Instant;

/**
 * A worker's notice that it runs a job, or has run it and the result is confirmed. It is sent in
 * answer to a {@link LivenessQuery}, after a reconnect, and when a run ends whose job other workers
 * hold.
 *
 * @param id the job
 * @param run the run's id
 * @param startedAt when the run began, by its worker's clock
 */
public record RunNotice(JobId id, String run, String worker, State state, Instant startedAt)
    implements FromWorker {

  /** The state of the run. */
  public enum State {
    RUNNING("running"),
    /** The result of the run is confirmed. */
    FINISHED("finished"),
    /** The run ended without a result, or its worker is lost. */
    NO_RESULT("gone");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word used in messages and files. */
    public String word() {
      return word;
    }

    /**
     * Reads {@link #word}.
     *
     * @throws InvalidInputException for an unknown word
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
