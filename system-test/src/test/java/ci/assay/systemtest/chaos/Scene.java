package ci.assay.systemtest.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Everything that a fault can hit, and the repairs afterwards, in the background. */
final class Scene implements AutoCloseable {

  final Cluster cluster;
  final ChaosBroker broker;
  final List<SmallDisk> disks;
  final Mischief mischief;
  final Random random;

  private final AtomicBoolean brokerInTrouble = new AtomicBoolean();
  private final AtomicBoolean diskInTrouble = new AtomicBoolean();
  private final ExecutorService mending = Executors.newCachedThreadPool();
  private final List<Future<?>> mendings = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Does something that may fail. */
  interface Step {
    void run() throws Exception;
  }

  Scene(
      Cluster cluster,
      ChaosBroker broker,
      List<SmallDisk> disks,
      Mischief mischief,
      Random random) {
    this.cluster = cluster;
    this.broker = broker;
    this.disks = disks;
    this.mischief = mischief;
    this.random = random;
  }

  /** Reserves the broker for a fault; false if it already has one. */
  boolean seizeBroker() {
    return brokerInTrouble.compareAndSet(false, true);
  }

  void releaseBroker() {
    brokerInTrouble.set(false);
  }

  boolean seizeDisks() {
    return !disks.isEmpty() && diskInTrouble.compareAndSet(false, true);
  }

  void releaseDisks() {
    diskInTrouble.set(false);
  }

  /** Whether the broker works and has no fault. */
  boolean isBrokerWell() {
    return !brokerInTrouble.get();
  }

  /** A random duration up to {@code most} seconds, with a resolution of milliseconds. */
  Duration upTo(int most) {
    return Duration.ofMillis(random.nextInt(most * 1_000));
  }

  /** Does {@code step} after a while, or as soon as {@link #healEverything} is called. */
  void later(Duration after, Step step) {
    mendings.add(
        mending.submit(
            () -> {
              try {
                over.await(after.toMillis(), TimeUnit.MILLISECONDS);
                step.run();
              } catch (Exception | AssertionError e) {
                problems.add(String.valueOf(e));
              }
            }));
  }

  /** Notes a problem that no fault explains. */
  void problem(String what) {
    problems.add(what);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Undoes all faults, and waits until that is done. */
  void healEverything() throws Exception {
    over.countDown();
    for (Future<?> each : mendings) {
      each.get();
    }
  }

  @Override
  public void close() {
    over.countDown();
    mending.shutdown();
  }
}
