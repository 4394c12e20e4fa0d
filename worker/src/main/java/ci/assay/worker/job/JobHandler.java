package ci.assay.worker.job;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.Backoff;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.State;
import ci.assay.wire.Codec;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.readiness.Readiness;
import ci.assay.worker.spool.FinishedRun;
import ci.assay.worker.spool.Spool;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what to do with a delivered job: run it and publish its log and result, or give it back.
 * A failure of the worker itself never becomes a verdict on the commit.
 */
public final class JobHandler implements Disposition.Handler {

  private static final Logger log = LoggerFactory.getLogger(JobHandler.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));
  private static final Backoff UNREACHABLE =
      new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));
  private static final Duration WHILE_BLOCKED = Duration.ofSeconds(1);

  /** How often a failure that looks final must occur before it is believed. */
  static final int TRIES = 3;

  /**
   * Publishes how runs ended.
   *
   * @param spool for results
   * @param notices for runs without a result
   */
  public record Outbox(Spool spool, ReturnNotices notices) {}

  /**
   * Whether jobs can be run here, and their recent failures.
   *
   * @param mayStart whether a new run may begin now
   */
  public record Condition(
      Readiness readiness,
      RepositoryBackoff reachability,
      TroubleCounts troubleCounts,
      BooleanSupplier mayStart) {}

  private final JobRunner runner;
  private final RunAdmission admission;
  private final ActiveRuns runs;
  private final Outbox outbox;
  private final Condition condition;
  private final RunListener listener;

  /**
   * @param runner of this slot alone; the slots share all other objects
   */
  public JobHandler(
      JobRunner runner,
      RunAdmission admission,
      ActiveRuns runs,
      Outbox outbox,
      Condition condition,
      RunListener listener) {
    this.runner = runner;
    this.admission = admission;
    this.runs = runs;
    this.outbox = outbox;
    this.condition = condition;
    this.listener = listener;
  }

  @Override
  public Disposition handle(IncomingMessage message) throws InterruptedException {
    if (!message
        .exchange()
        .equals(Topology.JOBS)) { // which only observers and coordinators may use
      return new Disposition.Park("a job that did not come by the exchange " + Topology.JOBS);
    }
    Job job;
    try {
      job = Codec.decode(message.body(), Job.class);
    } catch (InvalidInputException e) {
      return new Disposition.Park("not a job that this worker understands: " + e.getMessage());
    }
    CrashPoint.WORKER_JOB_TAKEN.reached();
    if (message.redelivered()) {
      listener.jobRedelivered(job);
    }
    Optional<Disposition> known = withoutRun(job);
    return known.isPresent()
        ? known.get()
        : handle(new Run(job, UlidCreator.getMonotonicUlid().toString()), message.redelivered());
  }

  /** What to do with a job that must not be run, or not now; empty if it can be run. */
  private Optional<Disposition> withoutRun(Job job) {
    Optional<Disposition.Ack> known = outbox.spool().deliverAgain(job);
    if (known.isPresent()) {
      log.info("{}: its result is here already, and sent again", job.id());
      return Optional.of(known.get());
    }
    if (!condition.mayStart().getAsBoolean()) {
      return Optional.of(new Disposition.RetryLater(WHILE_BLOCKED, "nothing new is started now"));
    }
    return condition
        .reachability()
        .pauseBefore(job)
        .map(pause -> new Disposition.HoldThenRetry(pause, "its repository cannot be reached"));
  }

  private Disposition handle(Run run, boolean isRedelivered) throws InterruptedException {
    runs.ask(run);
    try {
      return execute(run, admission.request(run, isRedelivered));
    } catch (RunRefusedException e) {
      log.debug("{}: not here: {}", run, e.getMessage());
      var unused = runs.move(run, eventOf(e.instead()));
      return e.instead();
    } finally {
      runs.closeUnlessFinished(run);
      condition.reachability().tried(run.job().repository());
    }
  }

  private static RunState.Event eventOf(Disposition refusal) {
    if (refusal instanceof Disposition.Ack) {
      return RunState.Event.ACK;
    }
    return refusal instanceof Disposition.Hold ? RunState.Event.HOLD : RunState.Event.GIVE_BACK;
  }

  /** Checks the commit out while the answer is awaited whether the run may begin. */
  private Disposition execute(Run run, RunAdmission.Permission permission)
      throws InterruptedException, RunRefusedException {
    try (JobRunner.Session session = runner.open(run)) {
      session.prepare();
      int attempt = begin(run, permission);
      FinishedRun finished = session.execute(attempt);
      runs.finish(run);
      return new Disposition.Continue(() -> deliver(run, finished));
    } catch (InterruptedException e) {
      return interrupted(run, e);
    } catch (GitException | IOException | UncheckedIOException | CannotRunException e) {
      return troubled(run, permission, e);
    } catch (RuntimeException | Error e) {
      return troubled(run, permission, defect(run, e));
    }
  }

  /** An unexpected exception counts like a failure of the worker, and is reported as the cause. */
  private static IOException defect(Run run, Throwable what) {
    log.error("{}: failed in a way that nobody foresaw, which is a defect", run, what);
    return new IOException(what.toString(), what);
  }

  /** Waits until the run may begin and its start is confirmed; returns which attempt it is. */
  private int begin(Run run, RunAdmission.Permission permission)
      throws InterruptedException, RunRefusedException {
    int attempt = permission.await();
    var unused = runs.move(run, RunState.Event.CONFIRM_START);
    log.info("{}: started", run);
    listener.runStarted(run.job(), run.id());
    return attempt;
  }

  /**
   * Called outside the slot's turn: the next run may begin while this result is written to disk.
   */
  private Disposition deliver(Run run, FinishedRun finished) throws InterruptedException {
    try {
      return spool(run, finished);
    } catch (IOException | UncheckedIOException e) {
      return trouble(run, e);
    } catch (RuntimeException | Error e) {
      return trouble(run, defect(run, e));
    } finally {
      runs.close(run);
    }
  }

  private Disposition spool(Run run, FinishedRun finished) throws IOException {
    Disposition delivery = outbox.spool().deliver(finished).andThen(() -> confirmed(run));
    var unused = runs.move(run, RunState.Event.SPOOL);
    condition.troubleCounts().forget(run.job().id());
    condition.readiness().well();
    Result result = finished.result();
    log.info(
        "{}: {} in {} ({})",
        run,
        State.of(result.outcome()).text(),
        Durations.text(result.duration()),
        result.summary());
    listener.runFinished(result);
    return delivery;
  }

  private void confirmed(Run run) {
    runs.confirm(run);
    admission.delivered(run);
  }

  // --- runs without a result of their command ---------------------------------------------------

  private Disposition interrupted(Run run, InterruptedException e) throws InterruptedException {
    RunState before = runs.end(run);
    if (before.isStopping()) {
      return stopped(run, before);
    }
    log.info("{}: stopped, since this worker stops; another run will judge", run);
    admission.returned(run);
    outbox.notices().publishReturned(run, "its worker stopped");
    throw e;
  }

  /** The run itself was stopped, not the worker. */
  private Disposition stopped(Run run, RunState why) throws InterruptedException {
    if (why == RunState.STOPPING_JUDGED) {
      log.info("{}: stopped, since it has its result", run);
      var unused = runs.move(run, RunState.Event.ACK);
      return Disposition.ack();
    }
    log.info("{}: stopped, since another worker began it before", run);
    outbox.notices().publishReturned(run, "another worker began it before");
    admission.returned(run);
    var unused = runs.move(run, RunState.Event.HOLD);
    return admission.hold(run);
  }

  /** The run failed for a reason that is not, or does not seem to be, the fault of the commit. */
  private Disposition troubled(Run run, RunAdmission.Permission permission, Exception e)
      throws InterruptedException, RunRefusedException {
    RunState before = runs.end(run);
    if (before.isStopping()) {
      return stopped(run, before);
    }
    boolean isUnseen = GitTrouble.isUnseen(run.job(), e) || e instanceof UnfitWorkerException;
    if (!isUnseen && GitTrouble.isOfRepository(e)) {
      condition.reachability().failed(run.job().repository());
    }
    try {
      if (before != RunState.BEGUN) { // the job runs elsewhere or has its result
        var unused = begin(run, permission);
      }
    } catch (CannotRunException closing) {
      log.debug("{}: {}", run, closing.getMessage());
    }
    if (isUnseen) {
      return unseen(run, e);
    }
    if (e instanceof AwayException away) {
      return away(run, away);
    }
    return e instanceof GitException git && GitTrouble.isFinal(git.kind())
        ? lastTries(run, permission, git)
        : trouble(run, e);
  }

  /** Gives the job back for another worker that has what this one lacks. */
  private Disposition unseen(Run run, Exception what) {
    String reason = String.valueOf(what.getMessage());
    Duration wait = AGAIN.after(condition.troubleCounts().add(run.job().id()));
    log.warn("{}: {}; it goes back, for another worker", run, reason);
    String mend = what instanceof UnfitWorkerException unfit ? unfit.mend() : null;
    return giveBack(run, outbox.notices().unseen(run, reason, mend), wait, reason);
  }

  /** A service is away: the job is tried again, however long that lasts, without a verdict. */
  private Disposition away(Run run, AwayException what) {
    String reason = String.valueOf(what.getMessage());
    Duration wait = UNREACHABLE.after(condition.troubleCounts().add(run.job().id()));
    log.warn("{}: {}; trying again in {}", run, reason, Durations.text(wait));
    if (what.isForAll()) {
      condition.readiness().unable(reason);
    }
    return giveBack(run, outbox.notices().returned(run, reason, false), wait, reason);
  }

  private Disposition giveBack(Run run, OutgoingMessage returned, Duration wait, String reason) {
    var unused = runs.move(run, RunState.Event.GIVE_BACK);
    admission.returned(run);
    condition.reachability().setAside(run.job().id(), wait);
    return new Disposition.HoldThenRetry(wait, reason, List.of(returned));
  }

  private Disposition lastTries(Run run, RunAdmission.Permission permission, GitException e)
      throws InterruptedException, RunRefusedException {
    int count = condition.troubleCounts().add(run.job().id());
    if (count < TRIES && e.kind() != GitException.Kind.UNSUPPORTED) {
      return again(run, e, count);
    }
    try {
      return spool(run, runner.errored(run, permission.await(), String.valueOf(e.getMessage())));
    } catch (IOException unwritten) {
      return trouble(run, unwritten);
    }
  }

  /** The worker failed. */
  private Disposition trouble(Run run, Exception what) {
    condition.readiness().troubled(String.valueOf(what.getMessage()));
    int count = condition.troubleCounts().add(run.job().id());
    return GitTrouble.isUnreachable(what) && count % TRIES != 0
        ? again(run, what, UNREACHABLE.after(count), false)
        : again(run, what, count);
  }

  private Disposition again(Run run, Exception trouble, int count) {
    Backoff backoff = GitTrouble.isUnreachable(trouble) ? UNREACHABLE : AGAIN;
    return again(run, trouble, backoff.after(count), true);
  }

  /**
   * @param isSpent whether it counts as an attempt at the job
   */
  private Disposition again(Run run, Exception trouble, Duration wait, boolean isSpent) {
    String reason = String.valueOf(trouble.getMessage());
    log.warn("{}: {}; trying again in {}", run, reason, Durations.text(wait));
    log.debug("{}", run, trouble);
    OutgoingMessage returned = outbox.notices().returned(run, reason, isSpent);
    if (GitTrouble.isElsewhere(trouble)) {
      return giveBack(run, returned, wait, reason);
    }
    var unused = runs.move(run, RunState.Event.GIVE_BACK);
    admission.returned(run);
    return new Disposition.RetryLater(
        wait, reason, List.of(returned)); // other jobs would fail in the same way
  }
}
