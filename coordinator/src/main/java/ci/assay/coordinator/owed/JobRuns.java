package ci.assay.coordinator.owed;

import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.model.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the runs of a job without a result: a pure function of the messages about them,
 * which may arrive twice and in any order.
 *
 * @param byId the runs by their ids, in the order in which they became known
 */
public record JobRuns(Map<String, OneRun> byId) {

  static final JobRuns NONE = new JobRuns(Map.of());

  /**
   * One run of the job.
   *
   * @param startedAt by the worker's clock; null when it is not known to have started
   * @param returned how its worker gave the job back; null when it did not
   */
  public record OneRun(
      String id,
      String worker,
      @Nullable Instant startedAt,
      @Nullable GivenBack returned,
      AttemptState state) {

    private static OneRun named(String id, String worker) {
      return new OneRun(id, worker, null, null, AttemptState.KNOWN);
    }

    /** Whether its worker reported its start. */
    public boolean hasBegun() {
      return startedAt != null;
    }

    /** Whether the run may be under way. */
    public boolean isOpen() {
      return state == AttemptState.OPEN;
    }

    /**
     * Whether the run counts as an attempt: it began and its worker is gone, or something on the
     * worker's side failed.
     */
    boolean isSpent() {
      return switch (state) {
        case RETURNED, RETURNED_UNSTARTED ->
            returned != null && returned.trouble() && !returned.unseen();
        case LOST -> true;
        case KNOWN, OPEN, LOST_UNSTARTED -> false;
      };
    }

    /** Whether its worker gave the job back because it lacks what the job needs. */
    boolean isUnseen() {
      return state.isReturned() && returned != null && returned.unseen();
    }

    private OneRun started(RunStarted started) {
      return new OneRun(
          id,
          started.worker(),
          started.startedAt(),
          returned,
          state.after(AttemptState.Event.STARTED, id));
    }

    private OneRun returned(GivenBack how) {
      return new OneRun(id, worker, startedAt, how, state.after(AttemptState.Event.RETURNED, id));
    }

    private OneRun after(AttemptState.Event event) {
      return new OneRun(id, worker, startedAt, returned, state.after(event, id));
    }
  }

  /**
   * How a worker gave the job back.
   *
   * @param trouble whether something on the worker's side failed
   * @param unseen whether that was because the worker lacks what the job needs
   * @param mend what to do about that; null where the repository's path does not exist on the
   *     worker
   */
  public record GivenBack(String reason, boolean trouble, boolean unseen, @Nullable String mend) {}

  /** The runs according to all messages about them, in the order of their arrival. */
  public static JobRuns of(List<Message> messages) {
    JobRuns runs = NONE;
    for (Message each : messages) {
      runs = runs.with(each);
    }
    return runs;
  }

  public JobRuns with(Message message) {
    if (message instanceof RunStarted started) {
      return change(started.run(), started.worker(), run -> run.started(started));
    }
    if (message instanceof RunReturned back) {
      GivenBack how =
          new GivenBack(back.reason(), back.trouble(), back.needsAnotherWorker(), back.mend());
      return change(back.run(), back.worker(), run -> run.returned(how));
    }
    if (message instanceof RunNotice notice) {
      return switch (notice.state()) {
        case NO_RESULT ->
            change(notice.run(), notice.worker(), run -> run.after(AttemptState.Event.LOST));
        case RUNNING ->
            change(notice.run(), notice.worker(), run -> run.after(AttemptState.Event.ALIVE));
        case FINISHED -> this;
      };
    }
    return this;
  }

  public @Nullable OneRun get(String run) {
    return byId.get(run);
  }

  public List<OneRun> all() {
    return List.copyOf(byId.values());
  }

  /** The runs that count as attempts. */
  public List<OneRun> spent() {
    List<OneRun> spent = new ArrayList<>(byId.values());
    spent.removeIf(run -> !run.isSpent());
    return spent;
  }

  /**
   * The runs whose worker lacks what the job needs: the repository's path, or a container engine.
   * They do not count as attempts, since another worker may have it.
   */
  public List<OneRun> unseen() {
    return byId.values().stream().filter(OneRun::isUnseen).toList();
  }

  private JobRuns change(String run, String worker, UnaryOperator<OneRun> how) {
    Map<String, OneRun> changed = new LinkedHashMap<>(byId);
    OneRun before = byId.get(run);
    changed.put(run, how.apply(before == null ? OneRun.named(run, worker) : before));
    return new JobRuns(changed);
  }
}
