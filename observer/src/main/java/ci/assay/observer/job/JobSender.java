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
 * Publishes the jobs of planned commits, in the order of their submission, and stores the commits
 * as SENT when the broker has confirmed the jobs. While the broker is away, the commits wait here,
 * which takes little memory, and polling goes on. Has one thread of its own; safe for use by many
 * threads.
 */
public final class JobSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JobSender.class);

  /** The most commits in a batch, whose SENT states share one flush to disk. */
  private static final int BATCH = 500;

  /** How often an idle thread checks whether this object was closed. */
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

  /**
   * Queues commits whose jobs are to be published: PENDING ones, or SENT ones whose jobs were lost.
   * Does not wait.
   */
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
   * Waits until all submitted commits are SENT, or refused by the broker.
   *
   * @throws CannotRunException when this object was closed before
   */
  public void awaitIdle() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (unsettled > 0 && !closed) {
        settled.await();
      }
      if (unsettled > 0) {
        throw new CannotRunException(
            unsettled + " commits got no job before the end; they get theirs at the next start");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to stop. A batch that waits for the broker ends when the publisher is closed. The thread
   * is not interrupted, since that would close the file of a cursor that it writes.
   */
  @Override
  public void close() {
    closed = true;
    settle(0);
  }

  /** Waits until the current batch is done, for {@code limit} at most. */
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
      settle(batch.size());
    } catch (CannotRunException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (batch.size() > 1) { // one of them must not block the others
        for (Owed each : batch) {
          sendAndStore(List.of(each));
        }
        return;
      }
      log.error(
          "no job can be published for {}, which is a defect; trying again",
          batch.get(0).planned(),
          e);
      owed.addAll(batch);
      TimeUnit.NANOSECONDS.sleep(AFTER_A_DEFECT.toNanos());
    }
  }

  /**
   * Publishes a batch; returns the commits whose jobs the broker has confirmed: all but the refused
   * ones.
   */
  private List<Owed> send(List<Owed> batch) throws InterruptedException {
    try {
      publish(batch);
      return batch;
    } catch (PublishRefusedException e) {
      return sendSingly(batch);
    }
  }

  /**
   * Publishes the first job of each commit, then the other jobs of commits with several variants. A
   * commit is SENT when all are confirmed; after a crash in between, all are published again, with
   * the same ids.
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

  private void settle(int done) {
    lock.lock();
    try {
      unsettled -= done;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
