package ci.assay.coordinator;

import ci.assay.broker.BrokerLink;
import ci.assay.broker.ConfirmedPublisher;
import ci.assay.broker.Topology;
import ci.assay.model.CannotRunException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes the results queue and keeps the result files: what is owed, each job's result, each
 * commit's verdict. A message is acked when what it says is on the disk. While the results folder
 * can't be written it takes nothing, and tries again every second. It may be killed at any moment:
 * the queue holds what it had not finished.
 */
public final class Coordinator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private final CoordinatorSettings settings;
  private final BrokerLink consuming;
  private final BrokerLink publishing;
  private final ConfirmedPublisher publisher;
  private final DiskWatch watch;
  private final MessageHandler messages;
  private final DeadLetterHandler deadLetters;
  private final Thread supervisor;
  private final Thread finisher;

  private @Nullable Consumption current;

  /**
   * @param listener is told what was stored; {@link VerdictListener#none} for nobody
   */
  public Coordinator(CoordinatorSettings settings, VerdictListener listener, Clock clock) {
    String name = "assay coordinator " + settings.name();
    ResultsFolder folders = new ResultsFolder(settings.results());
    Disk disk = new Disk(folders);
    ResultStore store = new ResultStore(folders, disk, listener, ResultStore.PIECES_IN_HAND);
    this.settings = settings;
    this.consuming = BrokerLink.forConsuming(settings.broker(), name);
    this.publishing = BrokerLink.forPublishing(settings.broker(), name);
    this.publisher = new ConfirmedPublisher(publishing, List::of);
    this.watch = new DiskWatch(folders, disk);
    this.messages = new MessageHandler(store, clock);
    this.deadLetters = new DeadLetterHandler(folders, disk, clock);
    this.supervisor = new Thread(this::supervise, name);
    this.finisher = new Thread(new Unfinished(folders, store, clock)::finish, name + " finishing");
    supervisor.setDaemon(true);
    finisher.setDaemon(true);
  }

  /**
   * Waits for the broker, then consumes in the background.
   *
   * @throws CannotRunException when the results folder can't be written, or the broker refuses us
   */
  public void start() throws InterruptedException {
    watch.requireWritable();
    publishing.start();
    consuming.start();
    Topology.declareAtStart(consuming, List.of());
    publisher.start();
    finisher.start();
    supervisor.start();
    log.info("storing results in {}", settings.results().toAbsolutePath().normalize());
  }

  /**
   * Takes no more, finishes what is in hand within some seconds, and disconnects. Waits for nothing
   * when the thread is interrupted.
   */
  @Override
  public void close() {
    stop(supervisor);
    stop(finisher);
    drain();
    publisher.close();
    publishing.close();
    consuming.close();
  }

  private void supervise() {
    try {
      while (!Thread.interrupted()) {
        begin();
        watch.awaitTrouble();
        end();
        awaitWritable();
      }
    } catch (InterruptedException e) {
      log.debug("supervision ends");
    }
  }

  private synchronized void begin() {
    current =
        new Consumption(
            consuming, publisher, settings.name(), watch.guard(messages), watch.guard(deadLetters));
    current.start();
  }

  private synchronized void end() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  private synchronized void drain() {
    if (current != null) {
      try {
        current.drain(DRAIN_LIMIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        end();
      }
    }
  }

  private void awaitWritable() throws InterruptedException {
    while (!watch.isWritable()) {
      TimeUnit.NANOSECONDS.sleep(PROBE_INTERVAL.toNanos());
    }
    log.info("results in {} can be written again", settings.results());
  }

  private static void stop(Thread thread) {
    thread.interrupt();
    try {
      thread.join(DRAIN_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
