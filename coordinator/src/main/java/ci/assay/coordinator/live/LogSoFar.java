package ci.assay.coordinator.live;

import ci.assay.broker.control.LiveLogPiece;
import ci.assay.model.JobId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What the run of a job has printed until now, asked of its worker as somebody who watches it does:
 * for a run that will not come to its end. What does not come in time, or is too much, is left out,
 * which a line says.
 */
public final class LogSoFar {

  /** As much as a worker keeps of a log when nobody said otherwise. */
  static final int MOST_BYTES = 16 * 1024 * 1024;

  private final LiveLogs live;
  private final Duration silence;
  private final Duration limit;

  /**
   * @param silence how long to wait for the next piece
   * @param limit how long to wait for all of them
   */
  public LogSoFar(LiveLogs live, Duration silence, Duration limit) {
    this.live = live;
    this.silence = silence;
    this.limit = limit;
  }

  /** The bytes, whole lines; none when the worker does not answer or nothing was printed. */
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

  /** What has come; safe for use by many threads. */
  private static final class Collected implements LiveListener {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private String run = "";
    private long next;
    private long received;
    private boolean isAll;
    private boolean isCut;

    @Override
    public synchronized void received(String from, long offset, byte[] piece, boolean end) {
      if (!from.equals(run)) {
        run = from;
        text.reset();
        next = 0;
      }
      if (offset > next) {
        line("[assay] %d bytes are missing here".formatted(offset - next));
      }
      next = offset + piece.length;
      int room = Math.min(piece.length, MOST_BYTES - text.size());
      text.write(piece, 0, Math.max(0, room));
      isCut |= room < piece.length;
      // a short piece is all that there was when it was read
      isAll |= end || isCut || piece.length < LiveLogPiece.MAX_BYTES;
      received++;
      notifyAll();
    }

    synchronized byte[] await(Duration silence, Duration limit) throws InterruptedException {
      long end = System.nanoTime() + limit.toNanos();
      long seen = -1;
      while (!isAll && seen != received && end - System.nanoTime() > 0) {
        seen = received;
        awaitNext(seen, Math.min(end, System.nanoTime() + silence.toNanos()));
      }
      if (text.size() > 0 && !isAll) {
        line("[assay] the rest did not arrive in time");
      } else if (isCut) {
        line("[assay] what it printed after that is not kept");
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
