package ci.assay.coordinator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the active coordinator does beside storing: answering, sweeping, finishing. */
final class ActiveDuties implements Standing.Duties {

  private final String name;
  private final Supplier<Inquiries> inquiries;
  private final Sweeper sweeper;
  private final Claim claim;
  private final Unfinished unfinished;
  private final Duration tidying;
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Inquiries open;

  /**
   * @param name for the threads
   * @param inquiries makes new ones, not started yet, each time
   * @param tidying between two looks for what dead processes left
   */
  ActiveDuties(
      String name,
      Supplier<Inquiries> inquiries,
      Sweeper sweeper,
      Claim claim,
      Unfinished unfinished,
      Duration tidying) {
    this.name = name;
    this.inquiries = inquiries;
    this.sweeper = sweeper;
    this.claim = claim;
    this.unfinished = unfinished;
    this.tidying = tidying;
  }

  @Override
  public void start() {
    Inquiries opened = inquiries.get();
    opened.start();
    open = opened;
    start(this::finish, " finishing");
    start(sweeper::run, " sweeping");
  }

  private void start(Runnable task, String what) {
    Thread thread = new Thread(task, name + what);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void finish() {
    unfinished.finish();
    try {
      while (!Thread.interrupted()) {
        claim.removeLeftOvers();
        TimeUnit.NANOSECONDS.sleep(tidying.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    threads.clear();
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
