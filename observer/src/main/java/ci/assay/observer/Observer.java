package ci.assay.observer;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.message.PollRequest;
import ci.assay.observer.job.JobPlanner;
import ci.assay.observer.job.JobSender;
import ci.assay.observer.job.Reconciler;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.poll.RefPoller;
import ci.assay.observer.poll.RepositoryWatch;
import ci.assay.observer.refs.RefReporter;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.ListSequence;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.StateFolder;
import ci.assay.thread.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches repositories and publishes the jobs of each new commit, oldest first. Each job is
 * published once; only when the process ends between publishing a job and storing that, it is
 * published again, with the same id. Each repository has a schedule and a thread of its own.
 */
public final class Observer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Observer.class);

  /** Unchanged refs are reported once in this many reconcile intervals. */
  private static final int REFS_PER_RECONCILE = 5;

  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final ObserverSettings settings;
  private final PollListener listener;
  private final Clock clock;
  private final List<String> pools;
  private final BrokerConnection publishing;
  private final BrokerConnection consuming;
  private final ConfirmedPublisher publisher;
  private final JobSender sender;
  private final ControlChannel control;
  private final ControlChannel hints;
  private final Reconciler reconciler;
  private final MirrorStore mirrors;
  private final StateFolder state;
  private final Map<String, RepositoryWatch> watches = new LinkedHashMap<>();
  private final List<Cursor> cursors = new ArrayList<>();
  private final List<RefReporter> reporters = new ArrayList<>();
  private volatile boolean isOpen;

  /** Connects to nothing and writes nothing before {@link #start} or {@link #pollOnce}. */
  public Observer(ObserverSettings settings, Clock clock) {
    this(settings, PollListener.none(), clock);
  }

  /** The same, with a listener that is told of each poll of a repository. */
  public Observer(ObserverSettings settings, PollListener listener, Clock clock) {
    this.settings = settings;
    this.listener = listener;
    this.clock = clock;
    this.pools =
        settings.repositories().stream()
            .flatMap(watched -> watched.terms().pools().stream())
            .distinct()
            .toList();
    String name = "assay observer " + settings.name();
    this.publishing = BrokerConnection.forPublishingOnly(settings.broker(), name);
    this.consuming = BrokerConnection.forListening(settings.broker(), name);
    this.publisher = new ConfirmedPublisher(publishing, () -> pools);
    this.sender = new JobSender(publisher);
    this.control =
        new ControlChannel(consuming, publishing, "observer", List.of(), unused -> {}, () -> {});
    this.hints = // separate: without permission to receive hints, answers must still arrive
        new ControlChannel(
            consuming, publishing, "observer hints", bindings(settings), this::received, () -> {});
    this.reconciler = new Reconciler(control, sender, settings.reconcile());
    this.state = new StateFolder(settings.state());
    this.mirrors = new MirrorStore(state.mirrors(), settings.fetch());
  }

  private static List<Binding> bindings(ObserverSettings settings) {
    return Stream.concat(
            Stream.of(Binding.polls(), Binding.watches()),
            settings.repositories().stream().map(each -> Binding.watched(each.name())))
        .toList();
  }

  /**
   * Begins to watch, until {@link #close}; returns when the broker is connected. Commits that an
   * earlier observer left PENDING are published first. For SENT commits, the coordinator is asked
   * at intervals whether they have a result.
   *
   * @throws CannotRunException when the state cannot be written, another observer uses it, or the
   *     broker refuses us
   * @throws InvalidInputException when the URL of a repository is not valid
   */
  public void start() throws InterruptedException {
    open();
    watches.values().forEach(RepositoryWatch::start);
    Topology.declareAtStart(publishing, pools);
    consuming.start();
    control.start();
    hints.start();
    reconciler.start();
  }

  /**
   * Polls each repository once, instead of {@link #start}, and returns when all jobs are confirmed.
   *
   * @throws CannotRunException as {@link #start}, and when a repository cannot be read; the others
   *     are still polled
   */
  public void pollOnce() throws InterruptedException {
    open();
    Topology.declareAtStart(publishing, pools);
    String troubles = pollEach().stream().collect(Collectors.joining("; "));
    sender.awaitIdle();
    for (RefReporter reporter : reporters) {
      reporter.awaitConfirmed();
    }
    if (!troubles.isEmpty()) {
      throw new CannotRunException(troubles);
    }
  }

  /**
   * Polls a repository at once, because something was pushed to it.
   *
   * @return whether a repository of that name is watched
   */
  public boolean pollNow(String repository) {
    RepositoryWatch watch = watches.get(repository);
    if (watch != null) {
      watch.pollNow();
    }
    return watch != null;
  }

  private void received(ReceivedMessage received) {
    if (received.message() instanceof PollRequest request && pollNow(request.repository())) {
      log.debug("{}: polling at once after a hint from {}", request.repository(), request.by());
    }
  }

  /** The current state of this observer; may be called at any time, from any thread. */
  public ObserverHealth health() {
    Collection<RepositoryWatch> all = isOpen ? watches.values() : List.of();
    List<String> troubles =
        all.stream().map(RepositoryWatch::trouble).filter(Objects::nonNull).toList();
    return new ObserverHealth(
        obstacle(all.stream().anyMatch(RepositoryWatch::isWell), troubles),
        settings.repositories().size(),
        troubles.size(),
        publishing.reconnects() + consuming.reconnects());
  }

  private @Nullable String obstacle(boolean isAnyWell, List<String> troubles) {
    if (!isOpen) {
      return "it is starting";
    }
    if (!publishing.isOpen()) {
      return "no connection to the broker";
    }
    if (isAnyWell) {
      return null;
    }
    return troubles.isEmpty()
        ? "no repository was polled yet"
        : "no repository can be read: " + troubles.get(0);
  }

  /**
   * Stops polling and publishing; jobs that are not published yet are published at the next start.
   */
  @Override
  public void close() {
    watches.values().forEach(RepositoryWatch::close);
    reconciler.close();
    control.close();
    hints.close();
    sender.close();
    publisher.close();
    consuming.close();
    publishing.close();
    try {
      for (RepositoryWatch watch : watches.values()) {
        watch.awaitEnd(END_LIMIT);
      }
      reconciler.awaitEnd(END_LIMIT);
      sender.awaitEnd(END_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cursors.forEach(Cursor::close);
    mirrors.close();
    state.close();
  }

  private void open() {
    state.open();
    settings.repositories().forEach(this::watch);
    isOpen = true;
    publishing.start();
    publisher.start();
    sender.start();
  }

  private void watch(WatchedRepository watched) {
    Mirror mirror = mirrors.mirrorOf(watched.repository());
    Cursor cursor = Cursor.open(state.cursors(), watched.name(), clock.instant());
    cursors.add(cursor);
    JobPlanner planner = new JobPlanner(watched.terms(), mirror.repository());
    RefReporter reporter = reporter(watched.name(), mirror);
    RefPoller poller =
        new RefPoller(
            watched,
            mirror,
            cursor,
            clock,
            new RefPoller.Listener() {
              @Override
              public void planned(List<PlannedCommit> commits) {
                sender.submit(commits, planner, cursor);
              }

              @Override
              public void observed(Map<String, ObjectId> refs) {
                reporter.observed(refs);
              }
            });
    watches.put(watched.name(), new RepositoryWatch(watched, poller, listener));
    sender.submit(cursor.pending(), planner, cursor);
    reconciler.watch(cursor, planner);
  }

  private RefReporter reporter(String repository, Mirror mirror) {
    RefReporter reporter =
        new RefReporter(
            repository,
            mirror.repository(),
            ListSequence.open(state.refs(), repository),
            publisher::publish,
            new RefReporter.Timing(
                settings.reconcile().multipliedBy(REFS_PER_RECONCILE), clock, System::nanoTime));
    reporters.add(reporter);
    return reporter;
  }

  private List<String> pollEach() {
    ExecutorService threads = Threads.fixed(Math.max(1, watches.size()), "observer");
    try {
      List<CompletableFuture<Optional<String>>> polls =
          watches.values().stream()
              .map(watch -> CompletableFuture.supplyAsync(watch::pollOnce, threads))
              .toList();
      return polls.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    } finally {
      threads.shutdown();
    }
  }
}
