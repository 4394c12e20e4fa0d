package ci.assay.coordinator;

import ci.assay.common.CannotRunException;
import ci.assay.coordinator.intake.ResultsConsumer;
import ci.assay.coordinator.store.DiskWatch;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes what is to be stored for as long as the results folder can be written. When it cannot,
 * the consumer is closed, so that the queues keep what it had, and the folder is tried every
 * second. Safe for use by many threads.
 */
final class StoringLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StoringLoop.class);
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private final Supplier<ResultsConsumer> consumers;
  private final Consumer<Boolean> changes;
  private final DiskWatch watch;
  private final Thread thread;
  private volatile @Nullable CannotRunException failure;
  private volatile Runnable whenFailed = () -> {};
  private @Nullable ResultsConsumer current;

  /**
   * @param consumers makes one that is not started
   * @param changes is told whether it consumes, before it begins and before it ends
   */
  StoringLoop(
      String name,
      Supplier<ResultsConsumer> consumers,
      Consumer<Boolean> changes,
      DiskWatch watch) {
    this.consumers = consumers;
    this.changes = changes;
    this.watch = watch;
    this.thread = Threads.daemon(name, this::run);
  }

  void start() {
    thread.start();
  }

  /** Is run after {@link #fail}, by the thread that failed it. To be set before the start. */
  void whenFailed(Runnable action) {
    whenFailed = action;
  }

  /** Ends it for good; only the first reason counts. */
  void fail(CannotRunException why) {
    if (failure == null) {
      failure = why;
      thread.interrupt();
      end();
      whenFailed.run();
    }
  }

  Optional<CannotRunException> failure() {
    return Optional.ofNullable(failure);
  }

  synchronized boolean isConsuming() {
    return failure == null && current != null;
  }

  private void run() {
    try {
      while (failure == null && !Thread.interrupted()) {
        Steps.lasting("consuming what is to be stored", this::consumeUntilTrouble);
      }
    } catch (InterruptedException e) {
      log.debug("supervision ends");
    }
  }

  private void consumeUntilTrouble() throws InterruptedException {
    try {
      begin();
      watch.awaitTrouble();
    } catch (RuntimeException | Error e) {
      end(); // so that the next time begins where this one did
      throw e;
    }
    end();
    while (!watch.isWritable()) {
      TimeUnit.NANOSECONDS.sleep(PROBE_INTERVAL.toNanos());
    }
    log.info("results can be written again");
  }

  private synchronized void begin() {
    if (failure == null) {
      current = consumers.get();
      changes.accept(true);
      current.start();
    }
  }

  private synchronized void end() {
    changes.accept(false);
    if (current != null) {
      current.close();
      current = null;
    }
  }

  /** Takes no more, and finishes what is in hand within some seconds. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(DRAIN_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drain();
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
}
