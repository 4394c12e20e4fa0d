package ci.assay.coordinator.intake;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.coordinator.active.ActiveFlag;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.intake.Refusals.Reason;
import ci.assay.coordinator.refs.RefTipsFiles;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.StoringHandler;
import ci.assay.message.InlineFiles;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.Tick;
import ci.assay.model.FromWorker;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about every message in the results queue: copies of jobs, lists of refs, pieces of files,
 * starts and returns of runs, results, ticks. A message that cannot be decoded is parked with the
 * reason, and so are some results that are not believed. Any other message that is not believed is
 * counted and dropped. Messages are distinguished by their content, not by exchange or routing key.
 * Safe for use by many threads.
 */
public final class MessageHandler implements StoringHandler {

  private static final Logger log = LoggerFactory.getLogger(MessageHandler.class);

  /** Reasons that waiting for earlier messages cannot change. */
  private static final Set<Reason> FINAL_REASONS =
      EnumSet.of(Reason.LATE_RUN, Reason.OTHER_SENDER, Reason.OTHER_WORKER);

  private static final int LONGEST_NAME = 100;

  private final ResultStore store;
  private final RefTipsFiles tips;
  private final ResultHandler results;
  private final Admission admission;
  private final Refusals refusals = new Refusals(System::nanoTime);
  private final Waits waits;
  private final Ticker ticker;
  private final ActiveFlag flag;

  /** Where the content of messages is stored. */
  public record Stores(ResultStore results, RefTipsFiles tips) {}

  /**
   * @param resends receives the requests for missing files
   */
  public MessageHandler(
      Stores stores,
      Admission admission,
      Ticker ticker,
      ActiveFlag flag,
      Consumer<ResendRequest> resends,
      Clock clock) {
    this.store = stores.results();
    this.tips = stores.tips();
    this.admission = admission;
    this.ticker = ticker;
    this.flag = flag;
    this.results = new ResultHandler(store, resends, clock);
    this.waits = new Waits(flag::activeFor, clock);
  }

  /** How many messages were not believed since the start. */
  public long refused() {
    return refusals.count();
  }

  /**
   * Whether a piece of a live log is shown: only what the run's own worker sends. As long as
   * nothing is known of a run its output is not shown; it is asked for again later.
   *
   * @param run the run's id as in the message, not checked
   * @param user the broker user who sent it
   */
  public boolean isShown(JobId job, String run, String user) {
    try {
      Reason reason = admission.objection(job, run, user);
      if (reason == Reason.OTHER_SENDER) {
        refusals.add(reason, "live log of run " + Texts.line(run, LONGEST_NAME));
      }
      return reason == null;
    } catch (IOException e) {
      log.debug("{}: cannot tell whose run {} is: {}", job, run, e.toString());
      return false;
    }
  }

  @Override
  public Disposition handle(IncomingMessage incoming) throws IOException, InterruptedException {
    flag.received();
    try {
      return incoming.contentType().equals(OutgoingMessage.GZIP)
          ? handle(FilePiece.of(incoming), incoming)
          : handle(Codec.decode(incoming.body()), incoming);
    } catch (InvalidInputException e) {
      return new Park(String.valueOf(e.getMessage()));
    }
  }

  private Disposition handle(Message message, IncomingMessage incoming)
      throws IOException, InterruptedException {
    if (message instanceof FromWorker fromWorker
        && !WorkerUsers.maySpeak(incoming.user(), fromWorker.worker())) {
      return refused(
          Reason.OTHER_SENDER,
          new Subject(
              "worker %s, user '%s'".formatted(fromWorker.worker(), incoming.user()),
              incoming,
              fromWorker instanceof Result result ? result : null));
    }
    if (message instanceof Result result) {
      InlineFiles files = Codec.inlineFiles(incoming.body());
      return storeUnlessRefused(
          new Subject("result " + result.run(), incoming, result),
          () -> admission.objection(result),
          () -> results.handle(result, files));
    }
    if (message instanceof Job job) {
      return handle(job, incoming);
    }
    if (message instanceof RunStarted started) {
      return storeUnlessRefused(
          new Subject("start " + started.run(), incoming),
          () -> admission.objection(started),
          () -> note(started.id(), started));
    }
    if (message instanceof RunReturned returned) {
      return storeUnlessRefused(
          new Subject("return " + returned.run(), incoming),
          () -> admission.objection(returned),
          () -> note(returned.id(), returned));
    }
    if (message instanceof RefTips list) {
      return handle(list, incoming);
    }
    if (message instanceof Tick tick) {
      return new Disposition.AfterEarlier(() -> handle(tick));
    }
    return new Park("a " + message.getClass().getSimpleName() + " does not belong in this queue");
  }

  /** Everything that was in the queue before the tick is stored by now. */
  private Disposition handle(Tick tick) {
    ticker.received(tick);
    return Disposition.ack();
  }

  /**
   * Stores the copy of a job, which is owed a result from now on. It must come by the exchange for
   * jobs, where the broker's permissions let only observers and coordinators publish.
   */
  private Disposition handle(Job job, IncomingMessage incoming) throws IOException {
    if (!incoming.exchange().equals(Topology.JOBS)) {
      return refused(Reason.JOB_FROM_ELSEWHERE, new Subject("job " + job.id(), incoming));
    }
    store.add(job);
    return Disposition.ack();
  }

  /** Stores a list of refs, which must come by the same exchange as jobs. */
  private Disposition handle(RefTips list, IncomingMessage incoming) throws IOException {
    if (!incoming.exchange().equals(Topology.JOBS)) {
      return refused(
          Reason.REFS_FROM_ELSEWHERE, new Subject("refs of " + list.repository(), incoming));
    }
    tips.add(list);
    return Disposition.ack();
  }

  private Disposition handle(FilePiece piece, IncomingMessage incoming)
      throws IOException, InterruptedException {
    return storeUnlessRefused(
        new Subject("piece " + piece.run() + " " + piece.file() + " " + piece.offset(), incoming),
        () -> admission.objection(piece, incoming.user()),
        () -> {
          if (!store.add(piece)) {
            refusals.add(Reason.TOO_MUCH, piece.job());
          }
          return Disposition.ack();
        });
  }

  /** Stores a start or return of a run; attempts are counted from these. */
  private Disposition note(JobId id, Message message) throws IOException {
    store.addToStarts(id, message);
    admission.noted(message);
    return Disposition.ack();
  }

  /**
   * A message that is checked.
   *
   * @param name a name of its content, for people and as the key of {@link Waits}
   * @param message the whole message
   * @param result the result in the message, which is kept for people when it is not believed; null
   *     for other messages
   */
  private record Subject(String name, IncomingMessage message, @Nullable Result result) {
    Subject(String name, IncomingMessage message) {
      this(name, message, null);
    }
  }

  @FunctionalInterface
  private interface Objection {
    @Nullable Reason find() throws IOException;
  }

  @FunctionalInterface
  private interface Storing {
    Disposition run() throws IOException, InterruptedException;
  }

  /**
   * Stores a message when there is no objection. The earlier messages that it depends on, such as
   * the copy of the job, are stored by other threads, so an objection is checked again when these
   * are done. A redelivered message, for example of a coordinator that died, may come before them:
   * it is checked again for a while.
   */
  private Disposition storeUnlessRefused(Subject subject, Objection objection, Storing storing)
      throws IOException, InterruptedException {
    if (objection.find() == null) {
      waits.done(subject.name());
      return storing.run();
    }
    return new Disposition.AfterEarlier(() -> afterEarlier(subject, objection, storing));
  }

  private Disposition afterEarlier(Subject subject, Objection objection, Storing storing)
      throws InterruptedException {
    try {
      Reason reason = objection.find();
      if (reason == null) {
        waits.done(subject.name());
        return storing.run();
      }
      return FINAL_REASONS.contains(reason) ? refused(reason, subject) : tooEarly(reason, subject);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Disposition tooEarly(Reason reason, Subject subject) throws IOException {
    IncomingMessage message = subject.message();
    return switch (waits.next(subject.name(), message.redelivered())) {
      case WAIT -> new Disposition.RetryLater(Waits.PAUSE, reason.words());
      case GO_BEHIND -> new Disposition.Ack(List.of(message.again()));
      case REFUSE -> refused(reason, subject);
    };
  }

  private Disposition refused(Reason reason, Subject subject) throws IOException {
    refusals.add(reason, subject.name());
    Result result = subject.result();
    if (result == null || reason == Reason.LATE_RUN) {
      return Disposition.ack();
    }
    if (reason == Reason.UNKNOWN_RUN) { // perhaps its start was lost; the job is run again
      store.addUnproven(result);
      return Disposition.ack();
    }
    return new Park(reason.words());
  }
}
