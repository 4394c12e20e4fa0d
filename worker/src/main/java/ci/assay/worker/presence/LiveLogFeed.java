package ci.assay.worker.presence;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.broker.control.LiveLogPublisher;
import ci.assay.message.Presence.Underway;
import ci.assay.message.WatchRequest;
import ci.assay.model.Result;
import ci.assay.thread.Threads;
import ci.assay.worker.job.ActiveRuns;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the output of runs as long as their logs are watched. It reads the logs from disk, on a
 * thread of its own, so that no run waits for it. While no log is watched it does nothing.
 * Thread-safe.
 */
public final class LiveLogFeed implements AutoCloseable {

  /** How long a log is sent after a request to watch it. */
  static final Duration WATCHED = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(LiveLogFeed.class);
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(250);

  private final ActiveRuns runs;
  private final RunFiles logs;
  private final Spool spool;
  private final LiveLogPublisher publisher;
  private final Map<String, Broadcast> broadcasts = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sender = Threads.timer("live logs");
  private boolean isSending;

  /**
   * @param publisher closed by this object
   */
  public LiveLogFeed(ActiveRuns runs, RunFiles logs, Spool spool, LiveLogPublisher publisher) {
    this.runs = runs;
    this.logs = logs;
    this.spool = spool;
    this.publisher = publisher;
  }

  /** One run whose log is sent, and the position up to which it was sent. */
  private static final class Broadcast {
    final Underway run;
    final RunLog output;
    private long position;
    private long until;

    Broadcast(Underway run, RunLog output) {
      this.run = run;
      this.output = output;
      this.position = Long.MAX_VALUE;
    }

    synchronized void watchedFrom(long from) {
      position = Math.min(position, from);
      until = System.nanoTime() + WATCHED.toNanos();
    }

    synchronized long position() {
      return position;
    }

    /** Advances the position, unless an earlier part was requested meanwhile. */
    synchronized void sent(long from, long to) {
      position = position == from ? to : position;
    }

    synchronized boolean isForgotten() {
      return System.nanoTime() - until > 0;
    }
  }

  /** Handles a request to watch a job's log. Does nothing if this worker does not know the job. */
  public void watch(WatchRequest watch) {
    runs.of(watch.id())
        .ifPresentOrElse(
            run -> logs.written(run.run()).ifPresent(output -> begin(watch, run, output)),
            () -> spool.result(watch.id()).ifPresent(this::sayOver));
  }

  private void begin(WatchRequest watch, Underway run, RunLog output) {
    broadcasts
        .computeIfAbsent(run.run(), id -> new Broadcast(run, output))
        .watchedFrom(watch.from());
    send();
  }

  private synchronized void send() {
    if (!isSending) {
      isSending = execute(this::sendAll, Duration.ZERO);
    }
  }

  private boolean execute(Runnable task, Duration delay) {
    try {
      var unused = sender.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nothing more is sent");
      return false;
    }
  }

  private void sendAll() {
    for (Broadcast each : List.copyOf(broadcasts.values())) {
      try {
        if (each.isForgotten() || !sendNext(each)) {
          broadcasts.remove(each.run.run(), each);
        }
      } catch (IOException e) {
        log.debug("the log of run {} is not sent: {}", each.run.run(), e.toString());
        broadcasts.remove(each.run.run(), each);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) { // the other logs must still be sent
        log.error("cannot send the log of run {}; this is a defect", each.run.run(), e);
        broadcasts.remove(each.run.run(), each);
      }
    }
    goOn();
  }

  private synchronized void goOn() {
    isSending = !broadcasts.isEmpty() && execute(this::sendAll, BETWEEN_PIECES);
    if (!isSending) {
      publisher.close();
    }
  }

  /** Sends the next part; returns whether there may be more. */
  private boolean sendNext(Broadcast one) throws IOException, InterruptedException {
    boolean isOver = one.output.isOver();
    long from = one.position();
    RunLog.Part part = one.output.read(from, LiveLogPiece.MAX_BYTES);
    if (part.bytes().length > 0) {
      if (publisher.send(piece(one.run, part, false))) {
        one.sent(from, part.end());
      }
      return true;
    }
    return !isOver || !publisher.send(piece(one.run, part, true));
  }

  private static LiveLogPiece piece(Underway run, RunLog.Part part, boolean isEnd) {
    return new LiveLogPiece(run.job(), run.run(), part.offset(), part.bytes(), isEnd);
  }

  /**
   * Sends the end of the log of a run that is over, so that a late watcher does not wait for it.
   */
  private void sayOver(Result result) {
    LiveLogPiece end =
        new LiveLogPiece(result.id(), result.run(), result.log().bytes(), new byte[0], true);
    execute(() -> sayOnce(end), Duration.ZERO);
  }

  private void sayOnce(LiveLogPiece end) {
    try {
      publisher.send(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    sender.shutdownNow();
  }
}
