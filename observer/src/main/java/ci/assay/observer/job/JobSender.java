package ci.assay.observer.job;

import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.broker.publish.PublishRefusedException;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.model.CommitId;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the jobs of planned commits, in the order in which they were handed over, and stores
 * them as SENT when the broker has confirmed them. While the broker is away they wait here, small
 * as they are, and the repositories are looked at all the same. One thread of its own.
 */
public final class JobSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JobSender.class);

  /** How many jobs are made at a time, and share one flush to disk. */
  private static final int BATCH = 500;

  /** How often it looks, with nothing to do, whether it was closed. */
  private static final Duration IDLE = Duration.ofMillis(200);

  private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(5);

  private final ConfirmedPublisher publisher;
  private final BlockingQueue<Owed> owed = new LinkedBlockingQueue<>();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private long unsettled;
  private volatile boolean closed;

  private record Owed(PlannedCommit planned, JobPlanner planner, Cursor cursor) {
    List<OutgoingMessage> messages() {
      return planner.jobsOf(planned).stream().map(OutgoingMessage::job).toList();
    }
  }

  /**
   * @param publisher not closed by this object
   */
  public JobSender(ConfirmedPublisher publisher) {
    this.publisher = publisher;
    this.thread = Threads.daemon("observer-sender", this::sendUntilClosed);
  }

  public void start() {
    thread.start();
  }

  /** Takes over commits that are PENDING in {@code cursor}, or SENT in vain; does not wait. */
  public void submit(List<PlannedCommit> planned, JobPlanner planner, Cursor cursor) {
    lock.lock();
    try {
      unsettled += planned.size();
    } finally {
      lock.unlock();
    }
    planned.forEach(each -> owed.add(new Owed(each, planner, cursor)));
  }

  /**
   * Waits until all that was submitted is SENT, or refused for good.
   *
   * @throws CannotRunException when this is closed meanwhile
   */
  public void awaitIdle() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (unsettled > 0 && !closed) {
        settled.await();
      }
      if (unsettled > 0) {
        throw new CannotRunException(
            unsettled + " jobs were not published before the end; they are at the next start");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more; what waits for the broker ends when the publisher is closed. Does not interrupt:
   * that would close a cursor's file under way.
   */
  @Override
  public void close() {
    closed = true;
    wakeWaiters(0);
  }

  /** Waits for what was under way. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
  }

  private void sendUntilClosed() {
    try {
      while (!closed) {
        Owed first = owed.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          List<Owed> batch = new ArrayList<>(List.of(first));
          owed.drainTo(batch, BATCH - 1);
          sendAndStore(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      if (!closed) {
        log.error("no more jobs are published: {}", e.getMessage());
      }
      close();
    }
  }

  private void sendAndStore(List<Owed> batch) throws InterruptedException {
    try {
      List<Owed> sent = send(batch);
      CrashPoint.OBSERVER_JOBS_CONFIRMED.reached();
      store(sent);
      CrashPoint.OBSERVER_SENT_STORED.reached();
      wakeWaiters(batch.size());
    } catch (CannotRunException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (batch.size() > 1) { // one of them must not keep the others
        for (Owed each : batch) {
          sendAndStore(List.of(each));
        }
        return;
      }
      log.error("{} gets no job now, which is a defect; trying again", batch.get(0).planned(), e);
      owed.addAll(batch);
      TimeUnit.NANOSECONDS.sleep(AFTER_A_DEFECT.toNanos());
    }
  }

  /** Those of the batch that the broker has now: all but what it refused for good. */
  private List<Owed> send(List<Owed> batch) throws InterruptedException {
    try {
      publish(batch);
      return batch;
    } catch (PublishRefusedException e) {
      return sendSingly(batch);
    }
  }

  /**
   * The first job of each commit, then the others of those that have variants. A commit is SENT
   * when all are confirmed; after a crash between them all are published again, with the same ids.
   */
  private void publish(List<Owed> batch) throws InterruptedException, PublishRefusedException {
    List<OutgoingMessage> first = new ArrayList<>();
    List<OutgoingMessage> others = new ArrayList<>();
    for (Owed each : batch) {
      List<OutgoingMessage> messages = each.messages();
      first.add(messages.get(0));
      others.addAll(messages.subList(1, messages.size()));
      if (others.size() >= BATCH) {
        publish(first, others);
        first.clear();
        others.clear();
      }
    }
    publish(first, others);
  }

  private void publish(List<OutgoingMessage> first, List<OutgoingMessage> others)
      throws InterruptedException, PublishRefusedException {
    publisher.publishAll(List.copyOf(first));
    if (!others.isEmpty()) {
      CrashPoint.OBSERVER_FIRST_VARIANT_CONFIRMED.reached();
      publisher.publishAll(List.copyOf(others));
    }
  }

  private List<Owed> sendSingly(List<Owed> batch) throws InterruptedException {
    List<Owed> sent = new ArrayList<>();
    for (Owed each : batch) {
      try {
        publish(List.of(each));
        sent.add(each);
      } catch (PublishRefusedException e) {
        log.error("{} gets no job before the next start: {}", each.planned(), e.getMessage());
      }
    }
    return sent;
  }

  private static void store(List<Owed> sent) {
    Map<Cursor, List<CommitId>> byCursor = new LinkedHashMap<>();
    for (Owed each : sent) {
      byCursor
          .computeIfAbsent(each.cursor(), any -> new ArrayList<>())
          .add(each.planned().commit());
    }
    byCursor.forEach(
        (cursor, commits) -> {
          try {
            cursor.sent(commits);
          } catch (CannotRunException e) {
            log.error(
                "{} jobs will be published again at the next start: {}",
                commits.size(),
                e.getMessage());
          }
        });
  }

  private void wakeWaiters(int done) {
    lock.lock();
    try {
      unsettled -= done;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
