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
 * One coordinator among those on the broker. It sends ticks while it consumes. While it is the
 * active one, it announces that and runs the tasks of the active coordinator. When a coordinator
 * with another results folder is active, it refuses to go on.
 */
public final class Leadership implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** The tasks of the active coordinator, from {@link #start} to {@link #close}. */
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
    this.thread = Threads.daemon(self.coordinator() + " leadership", this::runUntilInterrupted);
  }

  /** The parts of a leadership. */
  public record Parts(
      Identity self,
      CoordinatorTimings timings,
      Activity activity,
      Tasks tasks,
      Listeners listeners,
      Clock clock) {}

  /**
   * How a coordinator learns whether it is the active one.
   *
   * @param news released when the coordinator becomes active
   */
  public record Activity(Ticker ticker, ActiveFlag flag, Semaphore news) {}

  /**
   * The receivers of what arrives on the control channel.
   *
   * @param presences receives each presence message
   * @param refusal is called when a coordinator with another results folder is active, so that this
   *     one must end
   */
  public record Listeners(Consumer<Presence> presences, Consumer<CannotRunException> refusal) {}

  public void start() {
    control.start();
    thread.start();
  }

  public ControlChannel control() {
    return control;
  }

  /**
   * Tells whether the results queue is consumed. Ticks are sent only then: without a consumer they
   * would pile up in the queue.
   */
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

  private void runUntilInterrupted() {
    try {
      while (!Thread.interrupted()) {
        stepContained();
        if (news.tryAcquire(timings.tick().toNanos(), TimeUnit.NANOSECONDS)) {
          news.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("no more steps: {}", e.getMessage());
    } finally {
      endTasks();
    }
  }

  private void stepContained() throws InterruptedException {
    try {
      step();
    } catch (CannotRunException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      log.error("a step of the leadership of {} failed, which is a defect", self.coordinator(), e);
    }
  }

  private void step() throws InterruptedException {
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

  /** After a reconnect another coordinator may be active, so the flag must be earned again. */
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

  /** Whether not even ticks arrive, which the active coordinator would receive. */
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
