package ci.assay.thread;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that logs what a task throws and keeps its schedule; Java's own would hide the exception
 * and end the schedule.
 */
final class LastingTimer extends ScheduledThreadPoolExecutor {

  private final String name;

  LastingTimer(String name) {
    super(1, Threads.named(name));
    this.name = name;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(contained(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long first, long period, TimeUnit unit) {
    return super.scheduleAtFixedRate(contained(task), first, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long first, long delay, TimeUnit unit) {
    return super.scheduleWithFixedDelay(contained(task), first, delay, unit);
  }

  private Runnable contained(Runnable task) {
    return () -> Steps.contained("a task of '" + name + "'", task);
  }
}
