package ci.assay.observer.job;

import ci.assay.broker.Topology;
import ci.assay.broker.control.ControlChannel;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.common.Durations;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator about the jobs that were SENT a while ago. A job with a result is stored as
 * JUDGED. A job that the coordinator does not know was lost by the broker and is published again,
 * with the same id. It asks about the others again next time, and about all when no coordinator
 * answers. Has one thread of its own.
 */
public final class Reconciler implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  /**
   * The longest wait for an answer: the coordinator may have to wait for a tick before it can
   * answer.
   */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

  private static final Duration SHORTEST_ANSWER = Duration.ofSeconds(5);

  private final ControlChannel control;
  private final JobSender sender;
  private final Duration interval;
  private final Duration limit;
  private final List<Watched> all = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean isAnswered = true;

  private record Watched(Cursor cursor, JobPlanner planner) {}

  /** A commit that is SENT, with its cursor and planner. */
  private record Open(PlannedCommit planned, Watched of) {
    List<JobId> ids() {
      return of.planner().idsOf(planned);
    }
  }

  /**
   * @param control not closed by this object
   * @param sender not closed by this object
   * @param interval how often it asks, and how long a job must have been SENT
   */
  public Reconciler(ControlChannel control, JobSender sender, Duration interval) {
    this.control = control;
    this.sender = sender;
    this.interval = interval;
    this.limit = answerLimit(interval);
    this.thread = Threads.daemon("observer-reconciler", this::askUntilClosed);
  }

  /** Half the interval, but between {@link #SHORTEST_ANSWER} and {@link #LONGEST_ANSWER}. */
  private static Duration answerLimit(Duration interval) {
    Duration half = interval.dividedBy(2);
    if (half.compareTo(SHORTEST_ANSWER) < 0) {
      return SHORTEST_ANSWER;
    }
    return half.compareTo(LONGEST_ANSWER) > 0 ? LONGEST_ANSWER : half;
  }

  /**
   * Asks about the jobs of a cursor from now on.
   *
   * @param planner makes them; takes the place of the one that this cursor had
   */
  public void watch(Cursor cursor, JobPlanner planner) {
    unwatch(cursor);
    all.add(new Watched(cursor, planner));
  }

  /** Asks no more about the jobs of a cursor, except for an answer that is under way. */
  public void unwatch(Cursor cursor) {
    all.removeIf(each -> each.cursor() == cursor);
  }

  public void start() {
    thread.start();
  }

  /**
   * Begins to stop. The thread is not interrupted, since that would close the file of a cursor that
   * it writes.
   */
  @Override
  public void close() {
    closed.countDown();
  }

  /** Waits until the current question is done, for {@code limit} at most. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
  }

  private void askUntilClosed() {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        askSafely();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void askSafely() {
    try {
      ask();
    } catch (CannotRunException e) {
      log.error("the state of the jobs could not be stored: {}", e.getMessage());
    } catch (RuntimeException | Error e) {
      log.error("asking for the state of the jobs failed, which is a defect", e);
    }
  }

  /**
   * Asks about all jobs that are due, as long as a coordinator answers. A commit is JUDGED when all
   * its jobs are. When one of its jobs is lost, all are published again.
   */
  private void ask() {
    Map<JobId, Open> asked = new LinkedHashMap<>();
    int due = 0;
    for (Watched watched : all) {
      for (PlannedCommit planned : watched.cursor().sentFor(interval)) {
        Open open = new Open(planned, watched);
        List<JobId> ids = open.ids();
        if (!asked.isEmpty() && asked.size() + ids.size() > ReconcileRequest.MOST) {
          boolean goesOn = ask(asked);
          report(goesOn, due);
          if (!goesOn) {
            return;
          }
          asked = new LinkedHashMap<>();
        }
        for (JobId id : ids) {
          asked.put(id, open);
        }
        due++;
      }
    }
    if (!asked.isEmpty()) {
      report(ask(asked), due);
    }
  }

  /** Asks about these jobs and stores the answer; returns whether a coordinator answered. */
  private boolean ask(Map<JobId, Open> byId) {
    Set<JobId> judged = new HashSet<>();
    Set<JobId> unknown = new HashSet<>();
    List<JobId> ids = List.copyOf(byId.keySet());
    for (int from = 0; from < ids.size(); from += ReconcileRequest.MOST) {
      ReconcileRequest question =
          new ReconcileRequest(
              ids.subList(from, Math.min(ids.size(), from + ReconcileRequest.MOST)));
      Message answer = control.ask(Topology.KEY_RECONCILE, question, limit).join().orElse(null);
      if (!(answer instanceof ReconcileReply reconciled)) {
        return false;
      }
      judged.addAll(reconciled.judged());
      unknown.addAll(reconciled.unknown());
    }
    CrashPoint.OBSERVER_ANSWERED.reached();
    Set<Open> open = new LinkedHashSet<>(byId.values());
    byId.forEach(
        (id, of) -> {
          if (!judged.contains(id)) {
            open.remove(of);
          }
        });
    if (!open.isEmpty()) {
      byCursor(open).forEach((of, planned) -> of.cursor().judged(commits(planned)));
      CrashPoint.OBSERVER_JUDGED_STORED.reached();
    }
    Set<Open> lost = new LinkedHashSet<>();
    byId.forEach(
        (id, of) -> {
          if (unknown.contains(id)) {
            lost.add(of);
          }
        });
    sendAgain(lost);
    return true;
  }

  private void sendAgain(Set<Open> lost) {
    byCursor(lost)
        .forEach(
            (of, planned) -> {
              log.warn(
                  "the jobs of {} of repository '{}' were lost on the way to the coordinator and are published"
                      + " again: {}",
                  planned.size() == 1 ? "1 commit" : planned.size() + " commits",
                  of.planner().repository(),
                  commits(planned));
              sender.submit(planned, of.planner(), of.cursor());
            });
  }

  private static Map<Watched, List<PlannedCommit>> byCursor(Set<Open> some) {
    Map<Watched, List<PlannedCommit>> grouped = new LinkedHashMap<>();
    for (Open each : some) {
      grouped.computeIfAbsent(each.of(), any -> new ArrayList<>()).add(each.planned());
    }
    return grouped;
  }

  private static List<CommitId> commits(List<PlannedCommit> planned) {
    return planned.stream().map(PlannedCommit::commit).toList();
  }

  /** Logs when coordinators begin or cease to answer. */
  private void report(boolean answered, int due) {
    if (closed.getCount() > 0 && answered != isAnswered) {
      isAnswered = answered;
      log.info(
          answered
              ? "a coordinator answers again about the state of jobs ({} asked about)"
              : "no coordinator answers about the state of {} jobs; asking again every {}",
          due,
          Durations.text(interval));
    }
  }
}
