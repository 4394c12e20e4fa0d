package ci.assay.worker;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a worker is told at its start.
 *
 * @param name unique among the workers of a broker; people read it in results and in the management
 *     page
 * @param slots how many runs at a time
 * @param pools whose jobs it takes
 * @param work its folder: mirrors, work trees, homes and logs; no other live worker may have it
 * @param timeout the longest that a command may run where the commit does not say otherwise
 * @param maxAttempts how many runs of one job may be lost with their workers
 * @param drainLimit how long a worker that stops waits for its runs
 * @param logCapBytes the most that is kept of what one run prints
 */
public record WorkerSettings(
    BrokerAddress broker,
    String name,
    int slots,
    List<String> pools,
    Path work,
    Duration timeout,
    int maxAttempts,
    Duration drainLimit,
    long logCapBytes) {

  /** The log cap where nobody said otherwise: 16 MiB. */
  public static final long DEFAULT_LOG_CAP = 16L << 20;

  /** The longest timeout: beyond it the broker would take the job back. */
  public static final Duration LONGEST_TIMEOUT = Duration.ofHours(23);

  private static final int MOST_SLOTS = 1_024;
  private static final long SMALLEST_LOG_CAP = 1_024;
  private static final long LARGEST_LOG_CAP = 1L << 30;

  public WorkerSettings {
    Names.require("worker name", name);
    pools = List.copyOf(pools);
    pools.forEach(pool -> Names.require("pool", pool));
    work = work.toAbsolutePath().normalize();
    require(slots >= 1 && slots <= MOST_SLOTS, "slots", slots, "1 to " + MOST_SLOTS);
    require(!pools.isEmpty(), "pools", "none", "at least one");
    require(!timeout.isZero() && !timeout.isNegative(), "timeout", timeout, "more than nothing");
    require(timeout.compareTo(LONGEST_TIMEOUT) <= 0, "timeout", timeout, "at most 23h");
    require(maxAttempts >= 1, "max attempts", maxAttempts, "1 or more");
    require(!drainLimit.isNegative(), "drain limit", drainLimit, "0s or more");
    require(
        logCapBytes >= SMALLEST_LOG_CAP && logCapBytes <= LARGEST_LOG_CAP,
        "log cap",
        logCapBytes,
        SMALLEST_LOG_CAP + " to " + LARGEST_LOG_CAP + " bytes");
  }

  private static void require(boolean holds, String what, Object value, String mend) {
    if (!holds) {
      throw new InvalidInputException("%s is %s; it must be %s".formatted(what, value, mend));
    }
  }
}
