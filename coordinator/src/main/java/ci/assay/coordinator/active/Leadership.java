package ci.assay.coordinator.active;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.message.ActiveNotice;
import ci.assay.message.Presence;
import ci.assay.thread.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One coordinator among those on the broker: it ticks while it consumes, says that it is the active
 * one while it is, begins and ends what only that one does, and gives up when another store's
 * coordinator is.
 */
public final class Leadership implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** What only the active coordinator does, from {@link #start} to {@link #close}. */
  public interface Tasks extends AutoCloseable {
    void start();

    @Override
    void close();
  }

  private final Identity self;
  private final CoordinatorTimings timings;
  private final Ticker ticker;
  private final ActiveFlag flag;
  private final Tasks tasks;
  private final Listeners listeners;
  private final Clock clock;
  private final ControlChannel control;
  private final Semaphore news;
  private final Thread thread;
  private volatile boolean isConsuming;
  private boolean hasBegun;
  private boolean wasConnected;
  private String lastSeen = "";

  /**
   * @param consuming not closed by this object
   * @param publishing not closed by this object
   */
  public Leadership(Parts parts, BrokerConnection consuming, BrokerConnection publishing) {
    this.self = parts.self();
    this.timings = parts.timings();
    this.ticker = parts.activity().ticker();
    this.flag = parts.activity().flag();
    this.news = parts.activity().news();
    this.tasks = parts.tasks();
    this.listeners = parts.listeners();
    this.clock = parts.clock();
    this.control =
        new ControlChannel(
            consuming,
            publishing,
            self.coordinator(),
            List.of(Binding.coordinator(), Binding.presence()),
            this::received,
            this::connected);
    this.thread = Threads.daemon(self.coordinator() + " beat", this::beatUntilInterrupted);
  }

  /** What it is made of. */
  public record Parts(
      Identity self,
      CoordinatorTimings timings,
      Activity activity,
      Tasks tasks,
      Listeners listeners,
      Clock clock) {}

  /**
   * How it learns whether it is the active one.
   *
   * @param news is released when the flag goes up
   */
  public record Activity(Ticker ticker, ActiveFlag flag, Semaphore news) {}

  /**
   * Who is told what it hears.
   *
   * @param presences is told of each presence
   * @param refusal is told when a coordinator with another store is active, so that this one must
   *     give up
   */
  public record Listeners(Consumer<Presence> presences, Consumer<CannotRunException> refusal) {}

  public void start() {
    control.start();
    thread.start();
  }

  public ControlChannel control() {
    return control;
  }

  /** Only who consumes ticks: while nobody does they would pile up. */
  public void consumes(boolean does) {
    isConsuming = does;
    flag.consumes(does);
    news.release();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    control.close();
  }

  private void beatUntilInterrupted() {
    try {
      while (!Thread.interrupted()) {
        beatContained();
        if (news.tryAcquire(timings.tick().toNanos(), TimeUnit.NANOSECONDS)) {
          news.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("no more beats: {}", e.getMessage());
    } finally {
      endTasks();
    }
  }

  private void beatContained() throws InterruptedException {
    try {
      beat();
    } catch (CannotRunException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      log.error("a step of the leadership of {} failed, which is a defect", self.coordinator(), e);
    }
  }

  private void beat() throws InterruptedException {
    if (isConsuming) {
      ticker.tick();
    }
    if (!flag.isActive()) {
      endTasks();
      return;
    }
    if (!hasBegun) {
      hasBegun = true;
      log.info("{} is the active coordinator now", self.coordinator());
      tasks.start();
    }
    control.announce(new ActiveNotice(self.store(), self.coordinator(), clock.instant()));
  }

  private void endTasks() {
    if (hasBegun) {
      hasBegun = false;
      log.info("{} is not the active coordinator any more", self.coordinator());
      tasks.close();
    }
  }

  /** On a new connection nothing has been received yet. */
  private void connected() {
    if (wasConnected) {
      flag.drop();
      news.release();
    }
    wasConnected = true;
  }

  private void received(ReceivedMessage received) {
    if (received.message() instanceof Presence presence) {
      listeners.presences().accept(presence);
    } else if (received.message() instanceof ActiveNotice active && !received.isOwn()) {
      received(active);
    }
  }

  private void received(ActiveNotice other) {
    if (!other.store().equals(self.store())) {
      giveWayTo(other);
    } else if (flag.isActive() && isSilent()) {
      flag.drop();
      news.release();
    } else if (!flag.isActive() && !other.coordinator().equals(lastSeen)) {
      lastSeen = other.coordinator();
      log.info("{} is the active coordinator; standing by", lastSeen);
    }
  }

  /** Whoever is active receives at least the ticks. */
  private boolean isSilent() {
    return flag.silentFor().compareTo(timings.tick().multipliedBy(3)) > 0;
  }

  private void giveWayTo(ActiveNotice other) {
    if (!flag.isActive()) {
      listeners
          .refusal()
          .accept(
              new CannotRunException(
                  ("another coordinator, %s, keeps its results elsewhere: stop it, or give this one the"
                          + " same results folder, or a virtual host of its own")
                      .formatted(other.coordinator())));
    }
  }
}
