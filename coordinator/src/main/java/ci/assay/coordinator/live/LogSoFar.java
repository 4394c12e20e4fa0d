package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.model.JobId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Fetches the output so far of a job's current run from its worker, by watching it: for a run that
 * will be cancelled. Output that does not arrive in time, or exceeds the limit, is left out, and a
 * line says so.
 */
public final class LogSoFar {

  /** The most bytes that are kept: a worker's default log limit. */
  static final int MOST_BYTES = 16 * 1024 * 1024;

  /**
   * After a short piece, the next one arrives within this time if there is more: a worker sends
   * four a second.
   */
  private static final Duration AFTER_SHORT = Duration.ofSeconds(1);

  /**
   * At most this many short pieces are followed by more. In a log that was cut, these are the end
   * of the first half and the place where the file of the second half starts over.
   */
  private static final int SHORT_PIECES_WITHIN = 2;

  private final Watching live;
  private final Duration silence;
  private final Duration limit;

  /** As {@link LiveLogs#watch}. */
  @FunctionalInterface
  public interface Watching {
    AutoCloseable watch(JobId job, long from, LiveListener listener);
  }

  /**
   * @param live where to watch the job
   * @param silence how long to wait for the next piece
   * @param limit how long to wait for all pieces
   */
  public LogSoFar(Watching live, Duration silence, Duration limit) {
    this.live = live;
    this.silence = silence;
    this.limit = limit;
  }

  /** The output, in whole lines; empty when no worker answers or nothing was printed. */
  public byte[] of(JobId job) throws InterruptedException {
    Collected collected = new Collected();
    AutoCloseable watch = live.watch(job, 0, collected);
    try {
      return collected.await(silence, limit);
    } finally {
      close(watch);
    }
  }

  private static void close(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception e) {
      throw new IllegalStateException("a watch could not be ended", e);
    }
  }

  /** The pieces that have arrived; safe for use by many threads. */
  private static final class Collected implements LiveListener {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private String run = "";
    private long next;
    private long received;
    private int shortPieces;
    private boolean isShort;
    private boolean isAll;
    private boolean isCut;

    @Override
    public synchronized void received(String from, long offset, byte[] piece, boolean end) {
      if (!from.equals(run)) {
        run = from;
        text.reset();
        next = 0;
        shortPieces = 0;
      }
      if (offset > next) {
        line("[assay] %d bytes are missing here".formatted(offset - next));
      }
      next = offset + piece.length;
      int room = Math.min(piece.length, MOST_BYTES - text.size());
      text.write(piece, 0, Math.max(0, room));
      isCut |= room < piece.length;
      isShort = piece.length < LiveLogPiece.MAX_BYTES;
      shortPieces += isShort ? 1 : 0;
      isAll |= end || isCut || shortPieces > SHORT_PIECES_WITHIN;
      received++;
      notifyAll();
    }

    synchronized byte[] await(Duration silence, Duration limit) throws InterruptedException {
      long end = System.nanoTime() + limit.toNanos();
      long seen = -1;
      while (!isAll && seen != received && end - System.nanoTime() > 0) {
        seen = received;
        Duration pause = isShort ? AFTER_SHORT : silence;
        awaitNext(seen, Math.min(end, System.nanoTime() + pause.toNanos()));
      }
      isAll |= isShort && seen == received; // nothing more was printed
      if (text.size() > 0 && !isAll) {
        line("[assay] the rest did not arrive in time");
      } else if (isCut) {
        line("[assay] the rest of the output is not kept");
      }
      return text.toByteArray();
    }

    private void awaitNext(long seen, long end) throws InterruptedException {
      long left = end - System.nanoTime();
      while (received == seen && left > 0) {
        wait(1 + left / 1_000_000);
        left = end - System.nanoTime();
      }
    }

    private void line(String words) {
      byte[] so = text.toByteArray();
      if (so.length > 0 && so[so.length - 1] != '\n') {
        text.write('\n');
      }
      text.writeBytes((words + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
