package ci.assay.worker.job;

import ci.assay.common.Backoff;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Repository;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Which repositories cannot be reached from this worker. While a repository is unreachable, one of
 * its jobs at a time tries it, at growing intervals. Its other jobs are set aside without a try, so
 * that they take no time from the jobs of other repositories. Thread-safe.
 */
public final class RepositoryBackoff {

  private static final Backoff TRIES = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));
  private static final Duration WHILE_TRIED = Duration.ofSeconds(5);

  /** A job that was set aside is delivered to a worker again within this time after its pause. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

  private final LongSupplier nanos;
  private final Map<Repository, Trouble> troubleCounts = new HashMap<>();
  private final Map<JobId, Long> aside = new HashMap<>();

  private static final class Trouble {
    int failures;
    long nextTry;
    boolean isTried;
  }

  public RepositoryBackoff(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Whether the job may try its repository; if so, {@link #tried} must follow.
   *
   * @return how long the job is set aside; empty when it may try
   */
  synchronized Optional<Duration> pauseBefore(Job job) {
    Trouble trouble = troubleCounts.get(job.repository());
    if (trouble == null) {
      return Optional.empty();
    }
    long left = trouble.nextTry - nanos.getAsLong();
    if (left <= 0 && !trouble.isTried) {
      trouble.isTried = true;
      return Optional.empty();
    }
    Duration pause = Duration.ofNanos(Math.max(left, trouble.isTried ? spread() : 0));
    setAside(job.id(), pause);
    return Optional.of(pause);
  }

  private static long spread() {
    long least = WHILE_TRIED.toNanos();
    return least + ThreadLocalRandom.current().nextLong(least);
  }

  /** The repository was reached: the commit is here. */
  synchronized void reached(Repository repository) {
    troubleCounts.remove(repository);
  }

  /**
   * The repository could not be reached. Of several simultaneous failures only the first counts.
   */
  synchronized void failed(Repository repository) {
    Trouble trouble = troubleCounts.computeIfAbsent(repository, unknown -> new Trouble());
    long now = nanos.getAsLong();
    if (trouble.failures == 0 || now - trouble.nextTry >= 0) {
      trouble.failures++;
      trouble.nextTry = now + TRIES.after(trouble.failures).toNanos();
    }
    trouble.isTried = false;
  }

  /** A job that was allowed to try has tried. */
  synchronized void tried(Repository repository) {
    Trouble trouble = troubleCounts.get(repository);
    if (trouble != null) {
      trouble.isTried = false;
    }
  }

  /** Notes that this worker keeps the job for the pause, without running it. */
  synchronized void setAside(JobId job, Duration pause) {
    aside.put(job, nanos.getAsLong() + pause.plus(ON_THE_WAY).toNanos());
  }

  /** The jobs that are set aside here. */
  public synchronized List<JobId> aside() {
    long now = nanos.getAsLong();
    aside.values().removeIf(until -> until - now <= 0);
    return List.copyOf(aside.keySet());
  }
}
