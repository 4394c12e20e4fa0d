package ci.assay.worker.job;

import ci.assay.broker.Backoff;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
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
 * Decides about one delivered job: run it and answer with its log and its result, or give it back.
 * Trouble on our side never becomes a verdict on the commit.
 */
public final class JobHandler implements Disposition.Handler {

  private static final Logger log = LoggerFactory.getLogger(JobHandler.class);
  private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));
  private static final Backoff UNREACHABLE =
      new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));
  private static final Duration WHILE_BLOCKED = Duration.ofSeconds(1);

  /** So often something that looks final must show before it is believed. */
  static final int TRIES = 3;

  /**
   * What all slots of a worker share.
   *
   * @param mayStart whether anything new may begin now
   */
  public record Tools(
      StartGate gate,
      TroubleCounts troubleCounts,
      RepositoryBackoff reachability,
      Readiness readiness,
      Spool spool,
      ReturnNotices returnNotices,
      ActiveRuns runs,
      RunListener listener,
      BooleanSupplier mayStart) {}

  private final JobRunner runner;
  private final Tools tools;

  public JobHandler(JobRunner runner, Tools tools) {
    this.runner = runner;
    this.tools = tools;
  }

  @Override
  public Disposition handle(IncomingMessage message) throws InterruptedException {
    Job job;
    try {
      job = Codec.decode(message.body(), Job.class);
    } catch (InvalidInputException e) {
      return new Disposition.Park("not a job that this worker understands: " + e.getMessage());
    }
    CrashPoint.WORKER_JOB_TAKEN.reached();
    if (message.redelivered()) {
      tools.listener().jobRedelivered(job);
    }
    Optional<Disposition.Ack> known = tools.spool().answer(job.id());
    if (known.isPresent()) {
      log.info("{}: its result is here already, and sent again", job.id());
      return known.get();
    }
    if (!tools.mayStart().getAsBoolean()) {
      return new Disposition.RetryLater(WHILE_BLOCKED, "nothing new is started now");
    }
    Optional<Duration> pause = tools.reachability().pauseBefore(job);
    if (pause.isPresent()) {
      return new Disposition.RetryAside(pause.get(), "its repository cannot be reached");
    }
    String id = UlidCreator.getMonotonicUlid().toString();
    StartGate.Permission permission = tools.gate().request(job, id, message.redelivered());
    return handle(new Run(job, id, new Beginning(job, id, permission)));
  }

  /** Says that a run begins, once it may. */
  private final class Beginning implements StartGate.Permission {
    private final Job job;
    private final String run;
    private final StartGate.Permission permission;
    private int attempt;

    Beginning(Job job, String run, StartGate.Permission permission) {
      this.job = job;
      this.run = run;
      this.permission = permission;
    }

    @Override
    public int attempt() throws RunRefusedException, InterruptedException {
      if (attempt == 0) {
        attempt = permission.attempt();
        var unused = tools.runs().begin(job.id(), run, Thread.currentThread());
        log.info("{}: started", new Run(job, run, permission));
        tools.listener().runStarted(job, run);
      }
      return attempt;
    }
  }

  private Disposition handle(Run run) throws InterruptedException {
    try {
      FinishedRun finished = runner.run(run);
      tools.runs().done(run);
      return new Disposition.Continue(() -> answerAndEnd(run, finished));
    } catch (RunRefusedException e) {
      log.debug("{}: not here: {}", run, e.getMessage());
      return e.instead();
    } catch (InterruptedException e) {
      Optional<Disposition> stopped = stopped(run);
      if (stopped.isPresent()) {
        return stopped.get();
      }
      log.info("{}: stopped, since this worker stops; another run will judge", run);
      tools.gate().gone(run);
      tools.returnNotices().lastWords(run, "its worker stopped");
      throw e;
    } catch (GitException | IOException | UncheckedIOException | CannotRunException e) {
      Optional<Disposition> stopped = stopped(run);
      return stopped.isPresent() ? stopped.get() : troubled(run, e);
    } finally {
      tools.runs().endUnlessDone(run);
      tools.reachability().tried(run.job().repository());
    }
  }

  /** The next run may begin while the disk takes the result of this one. */
  private Disposition answerAndEnd(Run run, FinishedRun finished) throws InterruptedException {
    try {
      return answer(run, finished);
    } catch (IOException | UncheckedIOException e) {
      return troubled(run, e);
    } finally {
      var unused = tools.runs().end(run);
    }
  }

  /** What to do when the run was stopped for a reason of its own; empty when it was not. */
  private Optional<Disposition> stopped(Run run) throws InterruptedException {
    Optional<ActiveRuns.Why> why = tools.runs().end(run);
    if (why.isEmpty()) {
      return Optional.empty();
    }
    if (why.get() == ActiveRuns.Why.JUDGED) {
      log.info("{}: stopped, since it has its result", run);
      return Optional.of(Disposition.ack());
    }
    log.info("{}: stopped, since another worker began it before", run);
    tools.returnNotices().lastWords(run, "another worker began it before");
    tools.gate().gone(run);
    return Optional.of(tools.gate().hold(run));
  }

  /** Something went wrong that is not the commit's fault, or does not seem to be. */
  private Disposition troubled(Run run, Exception e) throws InterruptedException {
    if (isUnreachable(e) || is(e, GitException.Kind.ACCESS_DENIED)) {
      tools.reachability().failed(run.job().repository());
    }
    try {
      run.permission().attempt(); // what runs elsewhere, or has its result, is not troubled
    } catch (RunRefusedException elsewhere) {
      return elsewhere.instead();
    } catch (CannotRunException closing) {
      log.debug("{}: {}", run, closing.getMessage());
    }
    return e instanceof GitException git && isFinal(git.kind())
        ? lastTries(run, git)
        : trouble(run, e);
  }

  private Disposition answer(Run run, FinishedRun finished) throws IOException {
    Disposition delivery =
        tools.spool().deliver(finished).andThen(() -> tools.gate().delivered(run));
    tools.troubleCounts().forget(run.job().id());
    tools.readiness().well();
    Result result = finished.result();
    log.info(
        "{}: {} in {} ({})",
        run,
        result.outcome().word(),
        Durations.text(result.duration()),
        result.summary());
    tools.listener().runFinished(result);
    return delivery;
  }

  private Disposition lastTries(Run run, GitException e) throws InterruptedException {
    int count = tools.troubleCounts().add(run.job().id());
    try {
      return count >= TRIES
          ? answer(run, runner.errored(run, String.valueOf(e.getMessage())))
          : again(run, e, count);
    } catch (RunRefusedException elsewhere) {
      return elsewhere.instead();
    } catch (IOException unwritten) {
      return trouble(run, unwritten);
    }
  }

  /** Something of ours failed. */
  private Disposition trouble(Run run, Exception what) {
    tools.readiness().troubled(String.valueOf(what.getMessage()));
    int count = tools.troubleCounts().add(run.job().id());
    return isUnreachable(what) && count % TRIES != 0
        ? again(run, what, UNREACHABLE.after(count), false)
        : again(run, what, count);
  }

  /** A server that restarts is back before all attempts of all jobs are spent on it. */
  private static boolean isUnreachable(Exception what) {
    return is(what, GitException.Kind.UNREACHABLE);
  }

  private static boolean is(Exception what, GitException.Kind kind) {
    return what instanceof GitException git && git.kind() == kind;
  }

  private Disposition again(Run run, Exception trouble, int count) {
    Backoff backoff = isUnreachable(trouble) ? UNREACHABLE : AGAIN;
    return again(run, trouble, backoff.after(count), true);
  }

  /**
   * @param isSpent whether it counts as an attempt at the job
   */
  private Disposition again(Run run, Exception trouble, Duration wait, boolean isSpent) {
    String reason = String.valueOf(trouble.getMessage());
    log.warn("{}: {}; trying again in {}", run, reason, Durations.text(wait));
    log.debug("{}", run, trouble);
    tools.gate().gone(run);
    OutgoingMessage returned = tools.returnNotices().returned(run, reason, isSpent);
    if (!(trouble instanceof GitException) || is(trouble, GitException.Kind.MIRROR)) {
      return new Disposition.RetryLater(
          wait, reason, List.of(returned)); // others would meet it too
    }
    tools.reachability().setAside(run.job().id(), wait);
    return new Disposition.RetryAside(wait, reason, List.of(returned));
  }

  /** Whether trying again is unlikely to help, here or elsewhere. */
  private static boolean isFinal(GitException.Kind kind) {
    return switch (kind) {
      case REPOSITORY_GONE, COMMIT_GONE, UNSUPPORTED -> true;
      case ACCESS_DENIED, UNREACHABLE, MIRROR -> false;
    };
  }
}
