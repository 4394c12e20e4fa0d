package ci.assay.observer;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.git.MirrorStore;
import ci.assay.message.PollRequest;
import ci.assay.observer.job.JobSender;
import ci.assay.observer.job.Reconciler;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.poll.RepositoryWatch;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.StateFolder;
import ci.assay.thread.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final ObserverSettings settings;
  private volatile List<String> pools;
  private final BrokerConnection publishing;
  private final BrokerConnection consuming;
  private final ConfirmedPublisher publisher;
  private final JobSender sender;
  private final ControlChannel control;
  private volatile ControlChannel hints;
  private final Reconciler reconciler;
  private final MirrorStore mirrors;
  private final StateFolder state;
  private final WatchedFactory factory;
  private volatile Map<String, Watched> watched = Map.of();

  /** The last watch of each repository that was ever watched; guarded by this object. */
  private final Map<String, RepositoryWatch> latest = new HashMap<>();

  private volatile boolean isOpen;

  /** Connects to nothing and writes nothing before {@link #start} or {@link #pollOnce}. */
  public Observer(ObserverSettings settings, Clock clock) {
    this(settings, PollListener.none(), clock);
  }

  /** The same, with a listener that is told of each poll of a repository. */
  public Observer(ObserverSettings settings, PollListener listener, Clock clock) {
    this.settings = settings;
    this.pools = poolsOf(settings.repositories());
    String name = "assay observer " + settings.name();
    this.publishing = BrokerConnection.forPublishingOnly(settings.broker(), name);
    this.consuming = BrokerConnection.forListening(settings.broker(), name);
    this.publisher = new ConfirmedPublisher(publishing, () -> pools);
    this.sender = new JobSender(publisher);
    this.control =
        new ControlChannel(consuming, publishing, "observer", List.of(), unused -> {}, () -> {});
    this.hints = hintsAbout(settings.repositories());
    this.reconciler = new Reconciler(control, sender, settings.reconcile());
    this.state = new StateFolder(settings.state());
    this.mirrors = new MirrorStore(state.mirrors(), settings.fetch());
    this.factory =
        new WatchedFactory(
            settings,
            new WatchedFactory.Sources(mirrors, state),
            sender,
            publisher::publish,
            listener,
            clock);
  }

  private static List<String> poolsOf(List<WatchedRepository> repositories) {
    return repositories.stream().flatMap(each -> each.terms().pools().stream()).distinct().toList();
  }

  /** Separate from questions: without permission to receive hints, answers must still arrive. */
  private ControlChannel hintsAbout(List<WatchedRepository> repositories) {
    List<Binding> bindings =
        Stream.concat(
                Stream.of(Binding.polls(), Binding.watches()),
                repositories.stream().map(each -> Binding.watched(each.name())))
            .toList();
    return new ControlChannel(
        consuming, publishing, "observer hints", bindings, this::received, () -> {});
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
    watched.values().forEach(each -> each.watch().start());
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
    for (Watched each : watched.values()) {
      each.reporter().awaitConfirmed();
    }
    if (!troubles.isEmpty()) {
      throw new CannotRunException(troubles);
    }
  }

  /**
   * Watches these repositories instead, after {@link #start}. What stays the same goes on. A poll
   * that is under way comes to its end, also of a repository that is not watched any more, and what
   * it finds is still queued. When a repository is watched again, also with other settings, its
   * state is the one from before.
   *
   * @throws CannotRunException when the state cannot be written; nothing has changed then
   * @throws InvalidInputException when the URL of a repository is not valid; likewise
   */
  public synchronized void update(List<WatchedRepository> wanted) {
    if (!isOpen) {
      return; // it was closed meanwhile
    }
    Map<String, Watched> before = watched;
    Map<String, Watched> now = new LinkedHashMap<>();
    for (WatchedRepository each : wanted) {
      Watched known = before.get(each.name());
      now.put(
          each.name(), known != null && known.settings().equals(each) ? known : factory.of(each));
    }
    List<Watched> ending = new ArrayList<>(before.values());
    ending.removeAll(now.values());
    ending.forEach(each -> end(each, now.containsKey(each.name())));
    pools = poolsOf(wanted);
    watched = now;
    now.values().stream()
        .filter(each -> !each.equals(before.get(each.name())))
        .forEach(each -> begin(each).startAfter(latest.put(each.name(), each.watch())));
    if (!now.keySet().equals(before.keySet())) {
      ControlChannel old = hints;
      hints = hintsAbout(wanted);
      hints.start();
      old.close();
    }
  }

  private void end(Watched each, boolean isReplaced) {
    each.watch().close();
    if (isReplaced) {
      log.info("{} is watched with other settings now", each.name());
    } else {
      reconciler.unwatch(each.cursor());
      log.info("{} is not watched any more", each.name());
    }
  }

  /**
   * Polls a repository at once, because something was pushed to it.
   *
   * @return whether a repository of that name is watched
   */
  public boolean pollNow(String repository) {
    Watched found = watched.get(repository);
    if (found != null) {
      found.watch().pollNow();
    }
    return found != null;
  }

  /** Whether a repository of that name is watched. */
  public boolean isWatching(String repository) {
    return watched.containsKey(repository);
  }

  private void received(ReceivedMessage received) {
    if (received.message() instanceof PollRequest request && pollNow(request.repository())) {
      log.debug("{}: polling at once after a hint from {}", request.repository(), request.by());
    }
  }

  /** The current state of this observer; may be called at any time, from any thread. */
  public ObserverHealth health() {
    List<RepositoryWatch> all = watched.values().stream().map(Watched::watch).toList();
    List<String> troubles =
        all.stream().map(RepositoryWatch::trouble).filter(Objects::nonNull).toList();
    return new ObserverHealth(
        obstacle(all.stream().anyMatch(RepositoryWatch::isWell), troubles),
        isOpen ? all.size() : settings.repositories().size(),
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
  public synchronized void close() {
    isOpen = false;
    watched.values().forEach(each -> each.watch().close());
    reconciler.close();
    control.close();
    hints.close();
    sender.close();
    publisher.close();
    consuming.close();
    publishing.close();
    try {
      for (RepositoryWatch each : latest.values()) {
        each.awaitEnd(END_LIMIT);
      }
      reconciler.awaitEnd(END_LIMIT);
      sender.awaitEnd(END_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    factory.close();
    mirrors.close();
    state.close();
  }

  private synchronized void open() {
    state.open();
    Map<String, Watched> all = new LinkedHashMap<>();
    settings.repositories().forEach(each -> all.put(each.name(), factory.of(each)));
    all.values().forEach(each -> latest.put(each.name(), begin(each)));
    watched = all;
    isOpen = true;
    publishing.start();
    publisher.start();
    sender.start();
  }

  /** Has what earlier observers left published, and asked about. */
  private RepositoryWatch begin(Watched each) {
    if (latest.get(each.name()) == null) { // else the sender has it already
      sender.submit(each.cursor().pending(), each.planner(), each.cursor());
    }
    reconciler.watch(each.cursor(), each.planner());
    return each.watch();
  }

  private List<String> pollEach() {
    ExecutorService threads = Threads.fixed(Math.max(1, watched.size()), "observer");
    try {
      List<CompletableFuture<Optional<String>>> polls =
          watched.values().stream()
              .map(each -> CompletableFuture.supplyAsync(each.watch()::pollOnce, threads))
              .toList();
      return polls.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    } finally {
      threads.shutdown();
    }
  }
}
