package ci.assay.coordinator.republish;

import ci.assay.common.AssayException;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.coordinator.owed.PresenceBoard;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes owed jobs again that the broker has lost: that are in no queue and with no worker. A
 * job that is not lost after all does no harm, since workers ask before they begin.
 */
public final class Sweeper {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  /** Knows how many jobs of a pool wait for a worker. */
  @FunctionalInterface
  public interface Depth {
    long ready(String pool) throws IOException, InterruptedException;
  }

  private final CoordinatorTimings.Sweep timings;
  private final OwedBook book;
  private final ResultStore store;
  private final Evidence evidence;
  private final JobPublisher publisher;
  private Set<String> emptyBefore = Set.of();

  /**
   * How the sweeper finds out that the broker has lost a job.
   *
   * @param board which jobs workers run and hold
   * @param ticker after its round trip, all results that were in the queue are stored
   * @param depth tells which queues are empty
   * @param isSettled whether this coordinator has been active, and has listened to workers, for
   *     long enough
   */
  public record Evidence(
      PresenceBoard board, Ticker ticker, Depth depth, BooleanSupplier isSettled) {}

  public Sweeper(
      CoordinatorTimings.Sweep timings,
      OwedBook book,
      ResultStore store,
      Evidence evidence,
      JobPublisher publisher) {
    this.timings = timings;
    this.book = book;
    this.store = store;
    this.evidence = evidence;
    this.publisher = publisher;
  }

  /** Sweeps until the thread is interrupted. */
  public void run() {
    try {
      while (!Thread.interrupted()) {
        TimeUnit.NANOSECONDS.sleep(timings.check().toNanos());
        sweepSafely();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweepSafely() throws InterruptedException {
    try {
      sweep();
    } catch (IOException | ExecutionException | AssayException e) {
      emptyBefore = Set.of();
      log.debug("this sweep failed: {}", e.toString());
    } catch (RuntimeException | Error e) {
      emptyBefore = Set.of();
      log.error("this sweep failed, which is a defect", e);
    }
  }

  /**
   * Publishes the due jobs that are lost. A queue counts as empty when it was empty in two sweeps.
   */
  void sweep() throws IOException, ExecutionException, InterruptedException {
    List<OwedBook.Entry> due = evidence.isSettled().getAsBoolean() ? book.due() : List.of();
    Set<String> empty = emptyOf(due);
    List<JobId> suspects =
        due.stream()
            .filter(entry -> empty.contains(entry.pool()) && emptyBefore.contains(entry.pool()))
            .map(OwedBook.Entry::id)
            .filter(id -> !evidence.board().isInHand(id))
            .toList();
    emptyBefore = empty;
    if (!suspects.isEmpty()) {
      evidence.ticker().roundTrip().get(); // now all results that were in the queue are stored
      for (JobId id : suspects) {
        publishAgain(id);
      }
    }
  }

  private Set<String> emptyOf(List<OwedBook.Entry> due) throws IOException, InterruptedException {
    Set<String> empty = new HashSet<>();
    for (String pool : new HashSet<>(due.stream().map(OwedBook.Entry::pool).toList())) {
      if (evidence.depth().ready(pool) == 0) {
        empty.add(pool);
      }
    }
    return empty;
  }

  private void publishAgain(JobId id) throws IOException, InterruptedException {
    Optional<Job> job = store.state(id) == JobState.OWED ? store.job(id) : Optional.empty();
    if (job.isEmpty()) {
      book.judged(id);
    } else if (!evidence.board().isInHand(id) && evidence.isSettled().getAsBoolean()) {
      publisher.publish(job.get());
      CrashPoint.COORDINATOR_SWEPT.reached();
      book.published(id);
      log.warn("{} was in no queue and with no worker: published again", id);
    }
  }
}
