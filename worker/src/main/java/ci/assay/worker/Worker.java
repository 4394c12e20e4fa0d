package ci.assay.worker;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.control.LiveLogPublisher;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.common.Backoff;
import ci.assay.common.CannotRunException;
import ci.assay.git.MirrorStore;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.thread.Threads;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.job.ActiveRuns;
import ci.assay.worker.job.JobHandler;
import ci.assay.worker.job.JobRunner;
import ci.assay.worker.job.Rehearsal;
import ci.assay.worker.job.RepositoryBackoff;
import ci.assay.worker.job.ReturnNotices;
import ci.assay.worker.job.RunCoordination;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.job.TroubleCounts;
import ci.assay.worker.presence.LiveLogFeed;
import ci.assay.worker.presence.PresencePublisher;
import ci.assay.worker.readiness.Readiness;
import ci.assay.worker.readiness.SelfCheck;
import ci.assay.worker.sandbox.ExecutorFactory;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import ci.assay.worker.spool.SpoolReplay;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from its pools and runs as many at a time as it has slots. Assembles the classes of
 * the packages below.
 */
public final class Worker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Backoff SELF_CHECKS =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** An active coordinator answers within a few milliseconds. */
  private static final Duration ANSWER_LIMIT = Duration.ofMillis(250);

  private static final Duration KILL_LIMIT = Duration.ofSeconds(15);
  private static final Duration LAST_SETTLING_LIMIT = Duration.ofMillis(500);
  private static final Duration LEAVING_LIMIT = Duration.ofMillis(500);

  private final WorkerSettings settings;
  private final RunListener listener;
  private final Clock clock;
  private final String instance;
  private final WorkFolder folder;
  private final DiskSpace disk;
  private final Quarantine quarantine;
  private final KeptTrees trees;
  private final BrokerConnection publishing;
  private final BrokerConnection consuming;
  private final ConfirmedPublisher publisher;
  private final MirrorStore mirrors;
  private final MirrorStore withoutLogins;
  private final ActiveRuns runs;
  private final ReturnNotices returnNotices;
  private final RepositoryBackoff reachability = new RepositoryBackoff(System::nanoTime);
  private final ExecutorService readers = Threads.cached("run output");
  private final List<QueueConsumer> slots = new ArrayList<>();
  private final List<CommandExecutor> commands = new ArrayList<>();
  private @Nullable GuardProcess guard;
  private @Nullable SpoolReplay replay;
  private @Nullable LiveLogFeed live;
  private volatile @Nullable Spool spool;
  private volatile @Nullable RunCoordination coordination;
  private volatile @Nullable Readiness readiness;
  private @Nullable PresencePublisher presence;
  private @Nullable Rehearsal rehearsal;
  private volatile boolean isStopping;

  /** Assembles the worker; opens no connection and touches no file before {@link #start}. */
  public Worker(WorkerSettings settings, RunListener listener, Clock clock) {
    this.settings = settings;
    this.listener = listener;
    this.clock = clock;
    this.instance = settings.name() + "@" + UlidCreator.getUlid();
    this.folder = new WorkFolder(settings.work());
    this.disk = new DiskSpace(DiskSpace.Gauge.of(folder.root()), settings.disk().minFreeBytes());
    this.quarantine = new Quarantine(folder);
    this.trees = new KeptTrees(folder, quarantine, settings.disk().keepTrees(), clock);
    String name = "assay worker " + settings.name();
    this.publishing = BrokerConnection.forPublishing(settings.broker(), name);
    this.consuming = BrokerConnection.forConsuming(settings.broker(), name);
    this.publisher = new ConfirmedPublisher(publishing, settings::pools);
    this.mirrors = MirrorStore.borrowing(folder.mirrors(), settings.disk().fetch());
    this.withoutLogins =
        MirrorStore.withoutLogins(
            folder.mirrors().resolve("without-logins"), settings.disk().fetch());
    this.runs = new ActiveRuns(clock);
    this.returnNotices = new ReturnNotices(settings.name(), publisher::publish, clock);
  }

  /**
   * Locks the work folder, waits for the broker and begins to take jobs.
   *
   * @throws CannotRunException when another worker uses the folder, or the broker refuses the
   *     connection
   */
  public void start() throws InterruptedException {
    publishing.start();
    consuming.start();
    folder.create();
    GuardProcess started = GuardProcess.start(folder.lock(), GuardProcess.LOCK_LIMIT);
    guard = started;
    folder.prepare();
    Topology.declareAtStart(consuming, settings.pools());
    publisher.start();
    RunFiles logs = new RunFiles(folder, settings.disk().output().logCapBytes(), clock);
    Spool outbox = replayed(logs);
    spool = outbox;
    RunCoordination starting =
        new RunCoordination(
            settings,
            new RunCoordination.BrokerAccess(
                consuming, publishing, publisher::publish, ANSWER_LIMIT),
            runs,
            outbox,
            clock);
    coordination = starting;
    LiveLogFeed feed =
        new LiveLogFeed(
            runs, logs, outbox, new LiveLogPublisher(publishing, "worker " + settings.name()));
    live = feed;
    starting.onWatch(feed::watch);
    starting.start();
    ExecutorFactory executors =
        ExecutorFactory.choose(
            new ExecutorFactory.Place(settings.name(), folder),
            started,
            readers,
            settings.isolation());
    requireWalls(executors);
    Readiness ready = ready(started, executors);
    assembleSlots(executors, logs, outbox, starting, ready);
    trees.start();
    quarantine.start();
    ready.start();
    executors.obstacle().ifPresent(ready::unable);
    slots.forEach(QueueConsumer::start);
    Presence.Capacity capacity =
        new Presence.Capacity(settings.pools(), settings.slots(), executors.name());
    startPresence(capacity, outbox, starting, ready);
    log.info(
        "worker {} takes jobs of pool {}, {} at a time, with executor {}",
        settings.name(),
        String.join(", ", settings.pools()),
        settings.slots(),
        executors.name());
  }

  /**
   * Begins to rehearse while there is no job, so that the first ones take less time. To be called
   * after {@link #start}, once.
   */
  public void rehearse() {
    Rehearsal begun = new Rehearsal(settings, clock, runs);
    rehearsal = begun;
    begun.start();
  }

  /** Without the sandbox, each run can read what its worker can read, its secrets too. */
  private void requireWalls(ExecutorFactory executors) {
    boolean isByChance = settings.isolation().executor() == Isolation.Executor.AUTO;
    if (!settings.secrets().isEmpty() && !executors.keepsApart()) {
      if (isByChance) {
        throw new CannotRunException(
            "there are secrets in assay.yaml, and runs are not isolated from this worker, so each could read them; install what the sandbox needs (assay doctor), or use --executor process if you trust everybody who can push");
      }
      log.warn("each run, also of refs that are not trusted, can read the secrets of this worker");
    }
  }

  /** Opens the spool and begins to deliver the results in it. */
  private Spool replayed(RunFiles logs) {
    Spool spool = new Spool(folder.spool(), logs);
    try {
      SpoolReplay left = new SpoolReplay(spool, spool.load(), publisher);
      replay = left;
      left.start();
      return spool;
    } catch (IOException e) {
      throw new CannotRunException("the spool " + folder.spool() + " cannot be read: " + e, e);
    }
  }

  private void assembleSlots(
      ExecutorFactory executors,
      RunFiles logs,
      Spool outbox,
      RunCoordination admission,
      Readiness ready) {
    JobRunner.Host host = new JobRunner.Host(settings, clock, () -> isStopping);
    JobRunner.Sources sources = new JobRunner.Sources(mirrors, withoutLogins, reachability);
    JobRunner.Storage storage = new JobRunner.Storage(folder, logs, disk, trees, quarantine);
    JobHandler.Outbox ends = new JobHandler.Outbox(outbox, returnNotices);
    JobHandler.Condition condition =
        new JobHandler.Condition(
            ready,
            reachability,
            new TroubleCounts(),
            () -> !isStopping && !publishing.isBlocked() && ready.takesNothing().isEmpty());
    for (int slot = 1; slot <= settings.slots(); slot++) {
      CommandExecutor executor = executors.of(Integer.toString(slot));
      commands.add(executor);
      JobRunner runner = new JobRunner(host, sources, storage, slot, executor);
      JobHandler handler = new JobHandler(runner, admission, runs, ends, condition, listener);
      slots.add(new QueueConsumer(consuming, publisher, consumer(slot), handler));
    }
  }

  private Readiness ready(GuardProcess started, ExecutorFactory executors) {
    SelfCheck check = new SelfCheck(folder, started, () -> executors.of("self-check"), disk);
    Readiness ready =
        new Readiness(disk, check::problem, SELF_CHECKS, started::isAlive, this::takeJobs);
    readiness = ready;
    return ready;
  }

  private void takeJobs(boolean may) {
    slots.forEach(may ? QueueConsumer::resume : QueueConsumer::pause);
    PresencePublisher started = presence;
    if (started != null) {
      started.changed();
    }
  }

  private void startPresence(
      Presence.Capacity capacity, Spool spool, RunCoordination starting, Readiness ready) {
    String key = "worker." + settings.name();
    Supplier<Presence> now = () -> presence(capacity, spool, ready, starting.held());
    PresencePublisher started =
        new PresencePublisher(
            () -> starting.control().send(Topology.PRESENCE, key, now.get()),
            () ->
                starting
                    .control()
                    .sendLast(Topology.PRESENCE, key, now.get().asLast(), LEAVING_LIMIT));
    presence = started;
    runs.onChange(started::changed);
    spool.onChange(started::changed);
    started.start();
  }

  private Presence presence(
      Presence.Capacity capacity, Spool spool, Readiness ready, List<JobId> held) {
    Map<String, Presence.Underway> all = new LinkedHashMap<>();
    runs.all().forEach(each -> all.put(each.run(), each));
    spool.owed().forEach(each -> all.putIfAbsent(each.run(), each));
    return new Presence(
        new Presence.Sender(settings.name(), instance),
        capacity,
        new Presence.Load(
            List.copyOf(all.values()),
            Stream.concat(held.stream(), reachability.aside().stream()).toList()),
        new Presence.Condition(
            disk.free(), isStopping ? "it is stopping" : ready.takesNothing().orElse(null)),
        clock.instant());
  }

  /** The worker's condition now. Can be called at any time, from any thread. */
  public WorkerHealth health() {
    Spool outbox = spool;
    RunCoordination starting = coordination;
    int held = reachability.aside().size() + (starting == null ? 0 : starting.held().size());
    return new WorkerHealth(
        obstacle(),
        settings.slots(),
        Math.min(runs.size(), settings.slots()),
        held,
        outbox == null ? 0 : outbox.size(),
        publishing.reconnects() + consuming.reconnects());
  }

  private @Nullable String obstacle() {
    Readiness ready = readiness;
    if (isStopping) {
      return "it is stopping";
    }
    if (!publishing.isOpen() || !consuming.isOpen()) {
      return "no connection to the broker";
    }
    if (publishing.isBlocked()) {
      return "the broker takes no messages now";
    }
    return ready == null ? "it is starting" : ready.takesNothing().orElse(null);
  }

  private QueueConsumer.Settings consumer(int slot) {
    List<String> queues = settings.pools().stream().map(Topology::jobsQueue).toList();
    String tag = settings.name() + "/" + slot;
    return QueueConsumer.Settings.oneByOne(queues, settings.pools(), tag);
  }

  /**
   * Takes no more jobs, and waits up to the drain limit until the results of the jobs it has are
   * confirmed.
   *
   * @return whether all results were confirmed; {@link #close} gives the other jobs back
   */
  public boolean drain() throws InterruptedException {
    isStopping = true;
    for (QueueConsumer slot : slots) {
      slot.drain(Duration.ZERO);
    }
    return awaitSlots(settings.drainLimit());
  }

  private boolean awaitSlots(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean isDone = true;
    for (QueueConsumer slot : slots) {
      isDone &= slot.drain(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    return isDone;
  }

  /** Stops at once: kills the runs that are under way; their jobs go back to the queue. */
  @Override
  public void close() {
    isStopping = true;
    try {
      endRuns();
      slots.forEach(QueueConsumer::close);
      awaitSlots(KILL_LIMIT);
    } catch (InterruptedException e) {
      slots.forEach(QueueConsumer::close);
      Thread.currentThread().interrupt();
    }
    closeAll(rehearsal, presence, coordination, live, readiness, trees, quarantine, replay);
    publisher.close();
    consuming.close();
    publishing.close();
    mirrors.close();
    withoutLogins.close();
    commands.forEach(CommandExecutor::close);
    readers.shutdownNow();
    if (guard != null) {
      guard.close();
    }
  }

  /**
   * Ends the runs while their channels are still open, so that the other workers know that they
   * ended before the broker delivers their jobs again.
   */
  private void endRuns() throws InterruptedException {
    awaitSlots(Duration.ZERO);
    runs.interruptAll();
    runs.awaitNone(KILL_LIMIT);
    awaitSlots(LAST_SETTLING_LIMIT);
  }

  private static void closeAll(@Nullable AutoCloseable... started) {
    for (AutoCloseable each : started) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        log.warn("while closing: {}", e.toString());
      }
    }
  }
}
