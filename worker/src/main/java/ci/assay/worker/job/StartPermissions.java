package ci.assay.worker.job;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.message.Presence;
import ci.assay.message.RunNotice;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.worker.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a run begin when, as far as anybody knows, its job has no result and no other run. The
 * coordinator is always asked; all workers are asked if the job may have been begun before. If no
 * coordinator answers, the run begins: a second result does no harm, a missing one would.
 */
final class StartPermissions {

  private static final Logger log = LoggerFactory.getLogger(StartPermissions.class);
  private static final Duration DEFERRAL = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final int MOST_ROUNDS = 3;

  private final String worker;
  private final int maxAttempts;
  private final ControlChannel control;
  private final LivenessPoll livenessPoll;
  private final HeldJobs held;
  private final ActiveRuns runs;
  private final RunCoordination.BrokerAccess broker;

  StartPermissions(
      WorkerSettings settings,
      ControlChannel control,
      LivenessPoll livenessPoll,
      HeldJobs held,
      ActiveRuns runs,
      RunCoordination.BrokerAccess broker) {
    this.worker = settings.name();
    this.maxAttempts = settings.maxAttempts();
    this.control = control;
    this.livenessPoll = livenessPoll;
    this.held = held;
    this.runs = runs;
    this.broker = broker;
  }

  /** Begins to ask; does not wait. */
  RunAdmission.Permission request(Run run, boolean isRedelivered) {
    return new Request(run.job().id(), run.id(), isRedelivered);
  }

  private CompletableFuture<Optional<Message>> ask(JobId job, String run, List<String> silent) {
    return control.ask(
        Topology.KEY_ASK,
        new StartRequest(job, run, worker, maxAttempts, silent),
        broker.answerLimit());
  }

  /** Asks the coordinator and waits; empty when it did not answer. */
  Optional<StartReply> askNow(JobId job, String run, List<String> silent)
      throws InterruptedException {
    return answer(ask(job, run, silent));
  }

  /**
   * Finds out whether the job has another run.
   *
   * @param run the run that is not counted
   * @param isSettled as in {@link LivenessPoll#ask}
   */
  LivenessPoll.Reply pollLiveness(JobId job, String run, boolean isSettled)
      throws InterruptedException {
    return runs.hasOther(job, run)
        ? LivenessPoll.Reply.RUNNING
        : livenessPoll.ask(job, run, isSettled);
  }

  /**
   * Whether, as far as the coordinator knows, no worker is still reconnecting. If it knows of no
   * run, there is none: a start reaches the coordinator, or its queue, before the run begins.
   */
  private static boolean isSettled(Optional<StartReply> answer) {
    return answer
        .filter(
            each ->
                each.decision() == StartReply.Decision.RUN || Boolean.TRUE.equals(each.settled()))
        .isPresent();
  }

  private static Optional<StartReply> answer(CompletableFuture<Optional<Message>> asked)
      throws InterruptedException {
    try {
      return asked.get().filter(StartReply.class::isInstance).map(StartReply.class::cast);
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  private final class Request implements RunAdmission.Permission {
    private final JobId job;
    private final String run;
    private final boolean isRedelivered;
    private final Thread owner = Thread.currentThread();
    private final CompletableFuture<Optional<Message>> asked;

    /** Completes with the attempt when the run may begin without further questions, else with 0. */
    private final CompletableFuture<Integer> atOnce;

    private int attempt;

    Request(JobId job, String run, boolean isRedelivered) {
      this.job = job;
      this.run = run;
      this.isRedelivered = isRedelivered;
      this.asked = ask(job, run, List.of());
      this.atOnce = asked.thenCompose(this::beginAtOnce);
    }

    private CompletableFuture<Integer> beginAtOnce(Optional<Message> answer) {
      if (isRedelivered) {
        return CompletableFuture.completedFuture(0);
      }
      if (answer.isEmpty()) {
        return begin(true, 1);
      }
      return answer.get() instanceof StartReply granted && isRun(granted)
          ? begin(false, granted.attempt())
          : CompletableFuture.completedFuture(0);
    }

    @Override
    public int await() throws RunRefusedException, InterruptedException {
      if (attempt == 0) {
        attempt = get(atOnce);
      }
      if (attempt == 0) {
        Optional<StartReply> first = answer(asked);
        if (first.isPresent()) {
          refuse(first.get());
        }
        attempt = get(begin(true, grantedAfterPoll(first)));
      }
      if (attempt == 0) {
        throw elsewhere(); // in another slot, a moment ago
      }
      CrashPoint.WORKER_START_CONFIRMED.reached();
      return attempt;
    }

    private <T> T get(CompletableFuture<T> begun) throws InterruptedException {
      try {
        return begun.get();
      } catch (ExecutionException e) {
        throw new CannotRunException("the start of " + job + " could not be published: " + e, e);
      }
    }

    private int grantedAfterPoll(Optional<StartReply> first)
        throws RunRefusedException, InterruptedException {
      Optional<StartReply> last = first;
      for (int round = 0; round < MOST_ROUNDS; round++) {
        requireNobody(isSettled(last));
        if (last.isPresent() && isRun(last.get())) {
          return last.get().attempt();
        }
        last = askNow(job, run, last.map(StartReply::runs).orElse(List.of()));
        if (last.isEmpty()) {
          return 1;
        }
        refuse(last.get());
        if (isRun(last.get())) {
          return last.get().attempt();
        }
      }
      throw new RunRefusedException(
          new Disposition.RetryLater(AGAIN, "cannot find out which worker runs " + job));
    }

    private void requireNobody(boolean isSettled) throws RunRefusedException, InterruptedException {
      switch (pollLiveness(job, run, isSettled)) {
        case NOBODY -> log.debug("{}: nobody runs it", job);
        case FINISHED -> throw new RunRefusedException(Disposition.ack());
        case RUNNING -> throw elsewhere();
        case UNKNOWN ->
            throw new RunRefusedException(
                new Disposition.RetryLater(AGAIN, "the other workers cannot be asked"));
      }
    }

    private RunRefusedException elsewhere() {
      log.info("{}: another run of it goes on; kept until that one is done", job);
      return new RunRefusedException(held.hold(job, run));
    }

    /** Throws when the answer is final: the job has its result, or another worker should try it. */
    private void refuse(StartReply answer) throws RunRefusedException {
      switch (answer.decision()) {
        case JUDGED -> throw new RunRefusedException(Disposition.ack());
        case DEFER ->
            throw new RunRefusedException(
                new Disposition.HoldThenRetry(DEFERRAL, "another worker should try " + job));
        case RUN, ELSEWHERE -> {}
      }
    }

    private static boolean isRun(StartReply answer) {
      return answer.decision() == StartReply.Decision.RUN;
    }

    /**
     * Begins the run and announces it.
     *
     * @param toAll whether to tell all workers, since another one may have begun the job too
     * @param granted which attempt it is
     * @return completes with the attempt when the broker has confirmed the start; with 0 when
     *     another slot runs the job
     */
    private CompletableFuture<Integer> begin(boolean toAll, int granted) {
      CrashPoint.WORKER_ALLOWED.reached();
      Optional<Presence.Underway> begun = runs.begin(job, run, owner);
      if (begun.isEmpty()) {
        return CompletableFuture.completedFuture(0);
      }
      Instant startedAt = begun.get().startedAt();
      if (toAll) {
        control.broadcast(new RunNotice(job, run, worker, RunNotice.State.RUNNING, startedAt));
      }
      try {
        return broker
            .publisher()
            .publish(OutgoingMessage.started(new RunStarted(job, run, worker, startedAt)))
            .thenApply(confirmed -> granted);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return CompletableFuture.failedFuture(e);
      }
    }
  }
}
