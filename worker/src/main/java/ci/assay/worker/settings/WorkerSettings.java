package ci.assay.worker.settings;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.WorkerUsers;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.common.Preconditions;
import ci.assay.common.Sizes;
import ci.assay.git.FetchLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The settings that a worker is started with.
 *
 * @param name unique among the workers of a broker; people read it in results and in the management
 *     page
 * @param capacity how many jobs it takes, and which
 * @param limits how long runs may take, and how often a job is tried
 * @param work its folder, for mirrors, work trees, homes and logs; no other live worker may use it
 * @param disk what it may keep in that folder
 */
public record WorkerSettings(
    BrokerAddress broker, String name, Capacity capacity, Limits limits, Path work, Disk disk) {

  /**
   * How many jobs a worker takes, and which.
   *
   * @param slots how many runs at a time
   * @param pools whose jobs it takes
   * @param isolation how its runs are isolated
   * @param secrets what runs may be given; where it is kept is hidden from runs in the sandbox
   */
  public record Capacity(
      int slots, List<String> pools, Isolation isolation, List<SecretSource> secrets) {

    private static final int MOST_SLOTS = 1_024;

    /** A capacity whose runs are not isolated. */
    public Capacity(int slots, List<String> pools) {
      this(slots, pools, Isolation.PROCESS);
    }

    /** A capacity whose runs are given no secrets. */
    public Capacity(int slots, List<String> pools, Isolation isolation) {
      this(slots, pools, isolation, List.of());
    }

    public Capacity {
      pools = List.copyOf(pools);
      secrets = List.copyOf(secrets);
      pools.forEach(pool -> Names.require("pool", pool));
      Preconditions.require(
          slots >= 1 && slots <= MOST_SLOTS, "slots", slots, "1 to " + MOST_SLOTS);
      Preconditions.require(!pools.isEmpty(), "pools", "none", "at least one");
    }
  }

  /**
   * How long runs may take, and how often a job is tried.
   *
   * @param timeout how long a command may run if the commit sets no timeout of its own
   * @param maxAttempts after how many runs that were lost with their workers a job is errored
   * @param drainLimit how long a stopping worker waits for its runs
   * @param reassembly how long other workers may take to reconnect after the broker restarted
   */
  public record Limits(
      Duration timeout, int maxAttempts, Duration drainLimit, Duration reassembly) {

    /** An attempt to connect takes up to 15 s to fail, and the next one begins up to 5 s later. */
    private static final Duration REASSEMBLY = Duration.ofSeconds(20);

    public Limits {
      Preconditions.require(
          !timeout.isZero() && !timeout.isNegative(), "timeout", timeout, "more than zero");
      Preconditions.require(
          timeout.compareTo(LONGEST_TIMEOUT) <= 0, "timeout", timeout, "at most 23h");
      Preconditions.require(maxAttempts >= 1, "max attempts", maxAttempts, "1 or more");
      Preconditions.require(!drainLimit.isNegative(), "drain limit", drainLimit, "0s or more");
      Preconditions.require(!reassembly.isNegative(), "reassembly", reassembly, "0s or more");
    }

    /** Limits with the default time for other workers to reconnect. */
    public Limits(Duration timeout, int maxAttempts, Duration drainLimit) {
      this(timeout, maxAttempts, drainLimit, REASSEMBLY);
    }

    /** A copy with another time for other workers to reconnect. */
    public Limits reassemblingIn(Duration limit) {
      return new Limits(timeout, maxAttempts, drainLimit, limit);
    }
  }

  /**
   * How much of what one run leaves is kept, and sent to the coordinator.
   *
   * @param logCapBytes of what it prints
   * @param artifactBytes of its artifacts; 0 for none
   */
  public record Output(long logCapBytes, long artifactBytes) {

    /** The default: 16 MiB of log, 100 MiB of artifacts. */
    public static final Output DEFAULT = new Output(16L << 20, 100L << 20);

    private static final long SMALLEST_LOG_CAP = 1_024;

    /** The coordinator takes no longer files. */
    private static final long LARGEST = 256L << 20;

    public Output {
      Preconditions.require(
          logCapBytes >= SMALLEST_LOG_CAP && logCapBytes <= LARGEST,
          "log cap",
          Sizes.text(logCapBytes),
          "1K to 256M");
      Preconditions.require(
          artifactBytes >= 0 && artifactBytes <= LARGEST,
          "artifact limit",
          Sizes.text(artifactBytes),
          "0 to 256M");
    }
  }

  /**
   * What a worker may keep on its disk.
   *
   * @param minFreeBytes with less free space the worker takes no jobs; 0 for no such limit
   * @param output how much of what one run leaves is kept
   * @param keepTrees how long the unused work tree and home of a repository are kept
   * @param checkout how large a commit may be
   * @param fetch how much may be fetched from a repository
   * @param maxHomeCopyBytes a kept home larger than this is not copied for untrusted refs
   */
  public record Disk(
      long minFreeBytes,
      Output output,
      Duration keepTrees,
      CheckoutLimits checkout,
      FetchLimits fetch,
      long maxHomeCopyBytes) {

    private static final long MAX_HOME_COPY = 1L << 30;

    /** The default: 500 MiB free, 14 days. */
    public static final Disk DEFAULT =
        new Disk(
            500L << 20,
            Output.DEFAULT,
            Duration.ofDays(14),
            CheckoutLimits.DEFAULT,
            FetchLimits.DEFAULT,
            MAX_HOME_COPY);

    public Disk {
      Preconditions.require(
          maxHomeCopyBytes >= 0, "max home copy", Sizes.text(maxHomeCopyBytes), "0 or more");
      Preconditions.require(
          minFreeBytes >= 0, "min free disk", Sizes.text(minFreeBytes), "0 or more");
      Preconditions.require(
          keepTrees.compareTo(Duration.ofHours(1)) >= 0, "keep trees", keepTrees, "1h or more");
    }

    /** A copy with another limit for free space. */
    public Disk withMinFree(long bytes) {
      return new Disk(bytes, output, keepTrees, checkout, fetch, maxHomeCopyBytes);
    }
  }

  /** The longest timeout. With a longer one the broker would take the job back. */
  public static final Duration LONGEST_TIMEOUT = Duration.ofHours(23);

  public WorkerSettings {
    Names.require("worker name", name);
    if (!WorkerUsers.maySpeak(broker.user(), name)) {
      throw new InvalidInputException(
          "the broker's user '%s' may not speak for a worker '%s', so no result of it would be believed; give the worker that user's name with --name, or take another user"
              .formatted(broker.user(), name));
    }
    work = work.toAbsolutePath().normalize();
  }

  public int slots() {
    return capacity.slots();
  }

  public List<String> pools() {
    return capacity.pools();
  }

  /** How its runs are isolated, also from where its secrets are kept. */
  public Isolation isolation() {
    return capacity
        .isolation()
        .hiding(
            secrets().stream()
                .map(secret -> secret.origin().hidden())
                .filter(Objects::nonNull)
                .distinct()
                .toList());
  }

  public List<SecretSource> secrets() {
    return capacity.secrets();
  }

  public Duration timeout() {
    return limits.timeout();
  }

  public int maxAttempts() {
    return limits.maxAttempts();
  }

  public Duration drainLimit() {
    return limits.drainLimit();
  }

  public Duration reassembly() {
    return limits.reassembly();
  }

  /** A copy for the only worker of a broker, in the same process: it waits for no other worker. */
  public WorkerSettings alone() {
    return reassemblingIn(Duration.ZERO);
  }

  /** A copy with another isolation of the runs. */
  public WorkerSettings isolatedBy(Isolation isolation) {
    return with(new Capacity(capacity.slots(), capacity.pools(), isolation, capacity.secrets()));
  }

  /** A copy whose runs may be given these secrets. */
  public WorkerSettings giving(List<SecretSource> secrets) {
    return with(new Capacity(capacity.slots(), capacity.pools(), capacity.isolation(), secrets));
  }

  private WorkerSettings with(Capacity other) {
    return new WorkerSettings(broker, name, other, limits, work, disk);
  }

  /** A copy with another time for other workers to reconnect. */
  public WorkerSettings reassemblingIn(Duration limit) {
    return new WorkerSettings(broker, name, capacity, limits.reassemblingIn(limit), work, disk);
  }
}
