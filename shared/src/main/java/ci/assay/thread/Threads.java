package ci.assay.thread;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only class that creates threads. All are daemons, so none keeps the process from ending. What
 * a thread's task throws is logged with the thread's name. A task of {@link #timer} that throws
 * stays scheduled.
 */
public final class Threads {

  private static final Logger log = LoggerFactory.getLogger(Threads.class);

  private Threads() {}

  /** A thread that is not started yet. */
  public static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(Threads::ended);
    return thread;
  }

  /** A factory of daemon threads for executors. */
  public static ThreadFactory named(String name) {
    return task -> daemon(name, task);
  }

  /** One thread, for one task after the other. */
  public static ExecutorService single(String name) {
    return Executors.newSingleThreadExecutor(named(name));
  }

  /** A fixed number of threads; further tasks wait. */
  public static ExecutorService fixed(int threads, String name) {
    return Executors.newFixedThreadPool(threads, named(name));
  }

  /**
   * At most {@code threads} threads, which end after 30 seconds without a task; further tasks wait.
   */
  public static ExecutorService bounded(int threads, String name) {
    ThreadPoolExecutor made =
        new ThreadPoolExecutor(
            threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
    made.allowCoreThreadTimeOut(true);
    return made;
  }

  /** As many threads as there are tasks. */
  public static ExecutorService cached(String name) {
    return Executors.newCachedThreadPool(named(name));
  }

  /** One thread that runs tasks later or repeatedly; a task that throws stays scheduled. */
  public static ScheduledExecutorService timer(String name) {
    return new LastingTimer(name);
  }

  private static void ended(Thread thread, Throwable what) {
    log.error("thread '{}' ended, which is a defect", thread.getName(), what);
  }
}
