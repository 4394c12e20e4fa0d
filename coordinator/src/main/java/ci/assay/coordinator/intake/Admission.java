package ci.assay.coordinator.intake;

import ci.assay.broker.WorkerUsers;
import ci.assay.common.LatestEntries;
import ci.assay.coordinator.intake.Refusals.Reason;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.owed.PresenceBoard;
import ci.assay.coordinator.owed.RunPermissions;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.message.Presence;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which messages about jobs and runs are believed. Everybody with the broker user of a
 * worker can send any message that a worker can. So each message is checked against what is known
 * already: the job that an observer or a coordinator queued, and the runs that were permitted or
 * began. Safe for use by many threads.
 */
public final class Admission {

  /** The most runs of one job that are stored; attempts are limited to far fewer. */
  private static final int MOST_RUNS = 64;

  private static final int MOST_REMEMBERED = 10_000;

  /** The workers of the latest runs that began before their job had its result, by run id. */
  private final LatestEntries<String, String> begun = new LatestEntries<>(MOST_REMEMBERED);

  private final ResultStore store;
  private final RunPermissions permissions;
  private final PresenceBoard board;

  public Admission(ResultStore store, RunPermissions permissions, PresenceBoard board) {
    this.store = store;
    this.permissions = permissions;
    this.board = board;
  }

  /** Why a message about the runs of a job must not be stored; null when it may. */
  @Nullable Reason objection(JobId id) {
    return store.state(id) == JobState.UNKNOWN ? Reason.UNKNOWN_JOB : null;
  }

  /**
   * Why a piece of a run's file must not be stored; null when it may.
   *
   * @param user the broker user who sent it
   */
  @Nullable Reason objection(FilePiece piece, String user) throws IOException {
    Reason about = objection(piece.job());
    return about == null ? objection(piece.job(), piece.run(), user) : about;
  }

  /**
   * Why output of a run is not accepted from this user; null when it is.
   *
   * @param run a run's id, or any text: it need not have been checked
   */
  @Nullable Reason objection(JobId job, String run, String user) throws IOException {
    if (!WorkerUsers.isOfOne(user)) {
      return null;
    }
    String worker = workerOf(job, run);
    if (worker == null) {
      return Reason.UNKNOWN_RUN;
    }
    return WorkerUsers.maySpeak(user, worker) ? null : Reason.OTHER_SENDER;
  }

  /**
   * The worker that was permitted a run, else the one that first reported its start; null for none.
   */
  private @Nullable String workerOf(JobId job, String run) throws IOException {
    String permitted = permissions.permitted(run, job);
    if (permitted != null) {
      return permitted;
    }
    JobRuns.OneRun known = store.starts(job).get(run);
    return known != null && known.hasBegun() ? known.worker() : begun.get(run);
  }

  /** Why a start must not be stored; null when it may. */
  @Nullable Reason objection(RunStarted started) throws IOException {
    if (store.state(started.id()) != JobState.OWED) {
      return objection(started.id()); // for a judged job nothing is stored
    }
    String worker = workerOf(started.id(), started.run());
    if (worker != null && !worker.equals(started.worker())) {
      return Reason.OTHER_WORKER;
    }
    JobRuns runs = store.starts(started.id());
    boolean isOneMore = runs.get(started.run()) == null && runs.all().size() >= MOST_RUNS;
    return isOneMore ? Reason.TOO_MUCH : null;
  }

  /**
   * Why the return of a run, which may count as an attempt, must not be stored; null when it may.
   */
  @Nullable Reason objection(RunReturned returned) throws IOException {
    JobId id = returned.id();
    if (store.state(id) != JobState.OWED
        || permissions.wasPermitted(returned.run(), id, returned.worker())) {
      return objection(id);
    }
    JobRuns.OneRun run = store.starts(id).get(returned.run());
    return run == null || !run.worker().equals(returned.worker()) ? Reason.UNKNOWN_RUN : null;
  }

  /** Why a result must not be stored; null when it may. */
  @Nullable Reason objection(Result result) throws IOException {
    if (store.isResultOf(result.id(), result.run())) {
      return null; // it is stored already
    }
    Optional<Job> job = store.job(result.id());
    if (job.isEmpty()) {
      return Reason.UNKNOWN_JOB;
    }
    if (!job.get().asksTheSameAs(result.about())) {
      return Reason.OTHER_JOB;
    }
    if (permissions.wasPermitted(result.run(), result.id(), result.worker())) {
      return null;
    }
    if (store.isJudged(result.id())) {
      return result.worker().equals(begun.get(result.run())) ? null : Reason.LATE_RUN;
    }
    JobRuns.OneRun run = store.starts(result.id()).get(result.run());
    if (run == null || !run.hasBegun()) {
      return Reason.UNKNOWN_RUN;
    }
    if (!run.worker().equals(result.worker())) {
      return Reason.OTHER_WORKER;
    }
    return isPermittedElsewhere(result) ? Reason.OTHER_RUN : null;
  }

  /** Whether a worker that is alive reports another run of this job, which was permitted. */
  private boolean isPermittedElsewhere(Result result) {
    return board
        .runsOf(result.id())
        .map(Presence.Underway::run)
        .anyMatch(run -> !run.equals(result.run()) && permissions.wasPermitted(run, result.id()));
  }

  /** Notes a stored start or return of a run. */
  void noted(Message message) {
    if (message instanceof RunStarted started) {
      if (store.state(started.id()) == JobState.OWED) {
        begun.put(started.run(), started.worker());
      }
      permissions.forget(started.run());
    } else if (message instanceof RunReturned returned) {
      permissions.forget(returned.run());
    }
  }
}
