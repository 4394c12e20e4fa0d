package ci.assay.worker.job;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.LatestEntries;
import ci.assay.message.LivenessQuery;
import ci.assay.message.Presence.Underway;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.StartReply;
import ci.assay.message.StopRequest;
import ci.assay.message.WatchRequest;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.Spool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other workers about this worker's runs, and acts on what they say about theirs, so that no
 * job is run twice for long and no running job is begun again. The messages may be lost; what was
 * missed is found out by asking. Thread-safe.
 */
public final class RunCoordination implements RunAdmission, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunCoordination.class);
  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(10);

  /** The earlier run goes on; of two that began at the same time, the one with the smaller id. */
  private static final Comparator<Underway> FIRST =
      Comparator.comparing(Underway::startedAt).thenComparing(Underway::run);

  /**
   * How the broker is reached.
   *
   * @param consuming the connection to consume on; not closed by this object
   * @param publishing the connection to publish on; not closed by this object
   * @param publisher for messages that must not be lost
   * @param answerLimit how long to wait for the coordinator's answer
   */
  public record BrokerAccess(
      BrokerConnection consuming,
      BrokerConnection publishing,
      ReturnNotices.Publisher publisher,
      Duration answerLimit) {}

  private static final String CHECKER = "held jobs";

  /** What other workers say of one job makes this one ask or publish again this often. */
  private static final Duration BETWEEN_ACTIONS = Duration.ofSeconds(1);

  private static final int MOST_REMEMBERED = 1_000;

  private final String worker;
  private final ActiveRuns runs;
  private final Spool spool;
  private final ReturnNotices.Publisher publisher;
  private final InstantSource clock;
  private final ControlChannel control;
  private final LivenessPoll livenessPoll;
  private final HeldJobs held = new HeldJobs();
  private final StartPermissions permissions;
  private final Set<JobId> asked = ConcurrentHashMap.newKeySet();

  /** When other workers last made this one act, by job, in nanoseconds of the monotonic clock. */
  private final LatestEntries<JobId, Long> acted = new LatestEntries<>(MOST_REMEMBERED);

  private final ExecutorService checks = Threads.single(CHECKER);
  private volatile Consumer<WatchRequest> watched = watch -> {};
  private boolean wasListening;

  public RunCoordination(
      WorkerSettings settings,
      BrokerAccess broker,
      ActiveRuns runs,
      Spool spool,
      InstantSource clock) {
    this.worker = settings.name();
    this.runs = runs;
    this.spool = spool;
    this.publisher = broker.publisher();
    this.clock = clock;
    this.control =
        new ControlChannel(
            broker.consuming(),
            broker.publishing(),
            "worker " + worker,
            List.of(Binding.control(), Binding.coordinator()),
            this::received,
            this::listening);
    this.livenessPoll =
        new LivenessPoll(control, settings.reassembly(), broker.publishing()::isBlocked);
    this.permissions = new StartPermissions(settings, control, livenessPoll, held, runs, broker);
  }

  /** Sets the action for requests to watch a job's log. It must not block. */
  public void onWatch(Consumer<WatchRequest> action) {
    watched = action;
  }

  /** Begins to listen, and to check the held jobs regularly. */
  public void start() {
    control.start();
    checks.execute(this::checkUntilClosed);
  }

  public ControlChannel control() {
    return control;
  }

  /** The jobs that are held. */
  public List<JobId> held() {
    return held.all().stream().map(HeldJobs.Held::job).toList();
  }

  @Override
  public Permission request(Run run, boolean isRedelivered) {
    return permissions.request(run, isRedelivered);
  }

  /** Tells the workers that asked about the job. */
  @Override
  public void delivered(Run run) {
    JobId job = run.job().id();
    held.ack(job);
    if (asked.remove(job)) {
      spool.delivered(job).ifPresent(done -> broadcast(done, RunNotice.State.FINISHED));
    }
  }

  /** Tells the workers that hold the job. */
  @Override
  public void returned(Run run) {
    asked.remove(run.job().id());
    held.giveBack(run.job().id());
    broadcast(new Underway(run.job().id(), run.id(), clock.instant()), RunNotice.State.NO_RESULT);
  }

  @Override
  public Disposition hold(Run run) {
    return held.hold(run.job().id(), run.id());
  }

  // --- messages from others ---------------------------------------------------------------------

  void received(ReceivedMessage received) {
    Message message = received.message();
    if (message instanceof LivenessQuery who) {
      livenessPoll.received(who, received);
      if (!received.isOwn()) {
        answer(who);
      }
    } else if (message instanceof RunNotice notice && !received.isOwn()) {
      boolean isSure = !WorkerUsers.isOfOne(received.user());
      livenessPoll.received(notice, isSure);
      learn(notice, isSure);
    } else if (message instanceof StopRequest stop) {
      log.info("{}: {}", stop.id(), stop.reason());
      runs.of(stop.id()).ifPresent(run -> runs.stop(run.run(), RunState.Event.STOP_JUDGED));
      held.ack(stop.id());
    } else if (message instanceof WatchRequest watch) {
      watched.accept(watch);
    } else if (message instanceof ResendRequest resend) {
      check(() -> sendAgain(resend));
    }
  }

  private void answer(LivenessQuery who) {
    Optional<Underway> mine = runs.of(who.id()).or(() -> spool.owed(who.id()));
    if (mine.isPresent()) {
      asked.add(who.id());
      broadcast(mine.get(), RunNotice.State.RUNNING);
    } else {
      spool.delivered(who.id()).ifPresent(this::finished);
    }
  }

  /**
   * If a worker was given a job that already has a result, a queue may have lost that result. So it
   * is published again.
   */
  private void finished(Underway done) {
    if (mayAct(done.job())) {
      check(
          () -> {
            try {
              publishInTurn(spool.sent(done.job()));
            } catch (UncheckedIOException e) {
              log.warn("cannot send the result of {} again: {}", done.job(), e.toString());
            }
          });
    }
    broadcast(done, RunNotice.State.FINISHED);
  }

  private void sendAgain(ResendRequest resend) throws InterruptedException {
    if (runs.all().stream().anyMatch(run -> run.run().equals(resend.run()))) {
      return; // it is not over
    }
    try {
      publishInTurn(spool.files(resend.id(), resend.run()));
    } catch (IOException | UncheckedIOException e) {
      log.warn("cannot send the files of run {} again: {}", resend.run(), e.toString());
    }
  }

  /** Each is read from the disk and sent when the one before is confirmed, or will never be. */
  private void publishInTurn(List<OutgoingMessage> messages) throws InterruptedException {
    for (OutgoingMessage each : messages) {
      try {
        publisher.publish(each).get();
      } catch (ExecutionException e) {
        log.debug("not sent again: {}", String.valueOf(e.getCause()));
        return;
      }
    }
  }

  private void broadcast(Underway run, RunNotice.State state) {
    control.broadcast(new RunNotice(run.job(), run.run(), worker, state, run.startedAt()));
  }

  /**
   * Acts on what another worker says.
   *
   * @param isSure whether the workers trust each other, since they share a broker user. A worker
   *     with a user of its own could say anything about a run that it never had; so it only makes
   *     this one ask the coordinator, and never stops a run or takes a job from the queue
   */
  private void learn(RunNotice notice, boolean isSure) {
    switch (notice.state()) {
      case FINISHED -> finished(notice.id(), isSure);
      case NO_RESULT -> held.giveBack(notice.id());
      case RUNNING -> runs.of(notice.id()).ifPresent(mine -> compare(mine, notice, isSure));
    }
  }

  private void finished(JobId job, boolean isSure) {
    Optional<Underway> mine = runs.of(job);
    if (isSure) {
      held.ack(job);
      mine.ifPresent(run -> runs.stop(run.run(), RunState.Event.STOP_JUDGED));
    } else if (mayAct(job)) {
      held.giveBack(job); // the coordinator is asked when it comes again
      mine.ifPresent(run -> check(() -> stopIfJudged(run)));
    }
  }

  private boolean mayAct(JobId job) {
    long now = System.nanoTime();
    return acted.merge(
            job, now, (last, next) -> next - last < BETWEEN_ACTIONS.toNanos() ? last : next)
        == now;
  }

  /** Two live runs of one job: the later one is stopped. */
  private void compare(Underway mine, RunNotice notice, boolean isSure) {
    Underway theirs = new Underway(notice.id(), notice.run(), notice.startedAt());
    if (mine.run().equals(theirs.run())) {
      return;
    }
    asked.add(mine.job());
    boolean isLater = FIRST.compare(mine, theirs) > 0;
    if (isLater && !isSure) {
      log.debug("{}: {} says that it has run it for longer", mine.job(), notice.worker());
    } else if (isLater) {
      log.warn(
          "{}: {} has run it for longer (run {}); stopping ours",
          mine.job(),
          notice.worker(),
          notice);
      runs.stop(mine.run(), RunState.Event.STOP_YIELD);
    } else {
      broadcast(mine, RunNotice.State.RUNNING);
    }
  }

  // --- after a reconnect ------------------------------------------------------------------------

  /**
   * Our jobs may have been delivered to other workers meanwhile; tells them that they are running.
   */
  private void listening() {
    if (!wasListening) {
      wasListening = true;
      livenessPoll.connected();
      return;
    }
    livenessPoll.reconnected();
    for (Underway run : runs.all()) {
      asked.add(run.job());
      broadcast(run, RunNotice.State.RUNNING);
      check(() -> stopIfJudged(run));
    }
  }

  private void stopIfJudged(Underway run) throws InterruptedException {
    Optional<StartReply> answer = permissions.askNow(run.job(), run.run(), List.of());
    if (answer.isPresent() && answer.get().decision() == StartReply.Decision.JUDGED) {
      runs.stop(run.run(), RunState.Event.STOP_JUDGED);
    }
  }

  // --- checks of the held jobs ------------------------------------------------------------------

  private void checkUntilClosed() {
    try {
      while (!checks.isShutdown()) {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_CHECKS.toNanos());
        for (HeldJobs.Held each : held.all()) {
          Steps.lasting("looking after " + each.job(), () -> checkHeld(each));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkHeld(HeldJobs.Held each) throws InterruptedException {
    switch (permissions.pollLiveness(each.job(), each.run(), false)) {
      case FINISHED -> held.ack(each.job());
      case NOBODY -> held.giveBack(each.job());
      case RUNNING, UNKNOWN -> log.debug("{} is still held", each.job());
    }
  }

  @FunctionalInterface
  private interface Check {
    void run() throws InterruptedException;
  }

  private void check(Check check) {
    Threads.daemon(
            CHECKER,
            () -> {
              try {
                check.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })
        .start();
  }

  @Override
  public void close() {
    checks.shutdownNow();
    control.close();
  }
}
