package ci.assay.web.page;

import ci.assay.common.CannotRunException;
import io.javalin.http.ServiceUnavailableResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets only a few requests at a time read the test cases of whole runs: a run may have so many that
 * the memory for more of them would be missing where results are stored. Thread-safe.
 */
public final class Comparisons {

  /** For one of them, with room for the rest of the program. */
  private static final long MEMORY = 256L << 20;

  private static final int MOST = 4;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** Each of those that wait holds a turn, which other pages need. */
  private static final int MOST_WAITING = 8;

  private final Semaphore places;
  private final Duration longestWait;

  Comparisons(int places, Duration longestWait) {
    this.places = new Semaphore(places);
    this.longestWait = longestWait;
  }

  /** As many as this process has memory for. */
  public static Comparisons forThisProcess() {
    long fitting = Runtime.getRuntime().maxMemory() / MEMORY;
    return new Comparisons((int) Math.max(1, Math.min(MOST, fitting)), LONGEST_WAIT);
  }

  /**
   * Does it when it is its turn.
   *
   * @throws ServiceUnavailableResponse when it is not for too long
   * @throws CannotRunException when the program stops
   */
  public <T> T of(Supplier<T> comparison) {
    try {
      if (places.getQueueLength() >= MOST_WAITING
          || !places.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ServiceUnavailableResponse(
            "Too many ask for the tests of whole runs; try again soon.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotRunException("stopping", e);
    }
    try {
      return comparison.get();
    } finally {
      places.release();
    }
  }
}
