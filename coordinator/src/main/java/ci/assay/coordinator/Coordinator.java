package ci.assay.coordinator;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.active.ActiveFlag;
import ci.assay.coordinator.active.FolderClaim;
import ci.assay.coordinator.active.Identity;
import ci.assay.coordinator.active.Leadership;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.inquiry.InquiryServer;
import ci.assay.coordinator.inquiry.OrderClient;
import ci.assay.coordinator.inquiry.OrderHandler;
import ci.assay.coordinator.inquiry.ReconcileHandler;
import ci.assay.coordinator.inquiry.StartRequestHandler;
import ci.assay.coordinator.intake.Admission;
import ci.assay.coordinator.intake.MessageHandler;
import ci.assay.coordinator.intake.ResultsConsumer;
import ci.assay.coordinator.live.LiveLogs;
import ci.assay.coordinator.live.LogSoFar;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.coordinator.owed.PresenceBoard;
import ci.assay.coordinator.owed.RunPermissions;
import ci.assay.coordinator.refs.RefTipsFiles;
import ci.assay.coordinator.republish.DeadLetterHandler;
import ci.assay.coordinator.republish.DeclaringPublisher;
import ci.assay.coordinator.republish.Sweeper;
import ci.assay.coordinator.retention.ArtifactRemoval;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.DiskWatch;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoreId;
import ci.assay.coordinator.store.TemporaryFiles;
import ci.assay.coordinator.store.UnfinishedCommits;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes the results queue and keeps the result files: what is owed, each job's result, each
 * commit's verdict. A message is acked when what it says is on the disk. While the results folder
 * can't be written it takes nothing, and tries again every second. It may be killed at any moment:
 * the queue holds what it had not finished. Of several on one broker one is active, and the others
 * stand by; all must write the same folder.
 */
public final class Coordinator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);

  /** Short, so that a standby takes over within ten seconds from one that is stopped or cut off. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(3);

  /** For each piece of the log of a run that is cancelled, and for all of it. */
  private static final Duration PIECE_LIMIT = Duration.ofSeconds(3);

  private static final Duration LOG_LIMIT = Duration.ofSeconds(10);

  private final CoordinatorSettings settings;
  private final ResultsFolder folders;
  private final Identity self;
  private final Clock clock;
  private final BrokerConnection consuming;
  private final BrokerConnection publishing;
  private final ConfirmedPublisher publisher;
  private final DiskWatch watch;
  private final TemporaryFiles temporaryFiles;
  private final MessageHandler messages;
  private final ActiveFlag flag;
  private final PresenceBoard board;
  private final OwedBook owed;
  private final Leadership leadership;
  private final LiveLogs live;
  private final StoringLoop storing;
  private @Nullable FolderClaim claim;

  /**
   * @param listener is told what was stored; {@link VerdictListener#none} for nobody
   */
  public Coordinator(CoordinatorSettings settings, VerdictListener listener, Clock clock) {
    String name = "assay coordinator " + settings.name();
    CoordinatorTimings timings = settings.timings();
    this.folders = new ResultsFolder(settings.results());
    this.clock = clock;
    Disk disk = new Disk(folders);
    this.owed = new OwedBook(timings.sweep().after(), System::nanoTime);
    ResultStore store = new ResultStore(folders, disk, listener, owed, ResultStore.PIECES_IN_HAND);
    this.settings = settings;
    this.consuming = BrokerConnection.forConsuming(settings.broker(), name, HEARTBEAT);
    this.publishing = BrokerConnection.forPublishing(settings.broker(), name);
    this.publisher = new ConfirmedPublisher(publishing, List::of);
    this.watch = new DiskWatch(folders, disk);
    this.temporaryFiles = new TemporaryFiles(folders, disk);
    this.self = new Identity(settings.name(), new StoreId(folders, disk));
    Ticker ticker = new Ticker(publisher::publish, self, clock);
    Semaphore news = new Semaphore(0);
    this.flag =
        new ActiveFlag(timings.silence(), consuming::isOpen, news::release, System::nanoTime);
    RunPermissions permissions = new RunPermissions(timings.grant(), System::nanoTime);
    this.board = new PresenceBoard(timings.presence(), System::nanoTime);
    DeclaringPublisher jobs = new DeclaringPublisher(publisher::publish, consuming);
    this.messages =
        new MessageHandler(
            new MessageHandler.Stores(store, new RefTipsFiles(folders, disk, listener)),
            new Admission(store, permissions, board),
            ticker,
            flag,
            this::broadcast,
            clock);
    InquiryServer.Handlers handlers =
        new InquiryServer.Handlers(
            new StartRequestHandler(
                store,
                permissions,
                board,
                this::broadcast,
                new StartRequestHandler.Time(this::listeningFor, System::nanoTime, clock)),
            new ReconcileHandler(store, ticker),
            new OrderHandler(folders, store, jobs, this::broadcast, this::printed, clock),
            flag);
    Sweeper sweeper =
        new Sweeper(
            timings.sweep(),
            owed,
            store,
            new Sweeper.Evidence(
                board, ticker, pool -> Topology.readyIn(consuming, pool), this::isSettled),
            jobs);
    this.leadership =
        new Leadership(
            new Leadership.Parts(
                self,
                timings,
                new Leadership.Activity(ticker, flag, news),
                new ActiveTasks(
                    self.coordinator(),
                    () -> new InquiryServer(handlers, consuming, publishing, self.coordinator()),
                    sweeper,
                    new UnfinishedCommits(folders, store, owed),
                    new ActiveTasks.Tidying(
                        temporaryFiles,
                        new ArtifactRemoval(folders, disk, clock),
                        timings.sweep().check())),
                new Leadership.Listeners(board::received, this::fail),
                clock),
            consuming,
            publishing);
    this.live =
        new LiveLogs(
            consuming, "coordinator " + settings.name(), this::broadcast, messages::isShown);
    DeadLetterHandler deadLetters =
        new DeadLetterHandler(store, folders, disk, jobs::declare, clock);
    this.storing =
        new StoringLoop(
            name,
            () ->
                new ResultsConsumer(
                    consuming,
                    publisher,
                    settings.name(),
                    watch.guard(messages),
                    watch.guard(deadLetters)),
            leadership::consumes,
            watch);
  }

  /**
   * Waits for the broker, then consumes in the background.
   *
   * @throws CannotRunException when the results folder can't be written, or a coordinator of other
   *     queues writes it, or the broker refuses us
   */
  public void start() throws InterruptedException {
    watch.requireWritable();
    temporaryFiles.open();
    publishing.start();
    consuming.start();
    Topology.declareAtStart(consuming, List.of());
    claim =
        FolderClaim.take(
            folders,
            FolderClaim.Holder.here(self.coordinator(), clock.instant(), consuming.queues()));
    publisher.start();
    leadership.start();
    live.start();
    storing.start();
    log.info("storing results in {}", settings.results().toAbsolutePath().normalize());
  }

  /**
   * Is run when this coordinator had to give up, by a thread of its own; {@link #failure} says why.
   * To be set before the start.
   */
  public void whenFailed(Runnable action) {
    storing.whenFailed(action);
  }

  /** What runs print while they run; ends with this coordinator. */
  public LiveLogs live() {
    return live;
  }

  /** Whether it is the active one of those on the broker. */
  public boolean isActive() {
    return flag.isActive();
  }

  /** Whether the broker is connected and the results folder can be written. */
  public boolean isReady() {
    return consuming.isOpen() && publishing.isOpen() && storing.isConsuming();
  }

  /** How it is now; to be asked at any time, from any thread. */
  public CoordinatorHealth health() {
    boolean isActive = isActive();
    return new CoordinatorHealth(
        isActive,
        isActive ? owed.size() : 0,
        workers().size(),
        consuming.reconnects() + publishing.reconnects(),
        messages.refused());
  }

  /** The workers that were heard of within some seconds. */
  public List<Presence> workers() {
    return board.workers();
  }

  /** As {@link PresenceBoard#lostWorkers}. */
  public List<Presence> lostWorkers() {
    return board.lostWorkers();
  }

  /**
   * Gives an order to the active coordinator, this one or another, and waits for what comes of it.
   *
   * @throws CannotRunException when none answers
   */
  public OrderReply give(Order order) throws InterruptedException {
    return OrderClient.give(order, leadership.control(), settings.broker().toString());
  }

  /** Has a repository looked at at once by its observer, if that hears it; does not wait. */
  public void poll(PollRequest request) {
    leadership.control().send(Topology.ORDERS, Topology.KEY_POLL, request);
  }

  /** Why it gave up, if it did: it does nothing any more then. */
  public Optional<CannotRunException> failure() {
    return storing.failure();
  }

  /**
   * Takes no more, finishes what is in hand within some seconds, and disconnects. Waits for nothing
   * when the thread is interrupted.
   */
  @Override
  public void close() {
    storing.close();
    live.close();
    leadership.close();
    publisher.close();
    publishing.close();
    consuming.close();
    temporaryFiles.close();
    if (claim != null) {
      claim.close();
    }
  }

  private void broadcast(Message message) {
    leadership.control().announce(message);
  }

  private byte[] printed(JobId job) throws InterruptedException {
    return board.isInHand(job)
        ? new LogSoFar(live::watch, PIECE_LIMIT, LOG_LIMIT).of(job)
        : new byte[0];
  }

  private Duration listeningFor() {
    return leadership.control().listeningFor();
  }

  private boolean isSettled() {
    Duration quiet = settings.timings().sweep().quiet();
    return flag.activeFor().compareTo(quiet) >= 0 && listeningFor().compareTo(quiet) >= 0;
  }

  private void fail(CannotRunException why) {
    storing.fail(why);
  }
}
