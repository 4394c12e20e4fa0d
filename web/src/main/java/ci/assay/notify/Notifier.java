package ci.assay.notify;

import ci.assay.common.AssayException;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.failure.FailureFinder;
import ci.assay.failure.History;
import ci.assay.model.CommitId;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.BrokenBranch;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.outbox.Totals;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notifications about verdicts, each at least once and in order. Which notifications are due
 * follows from the result files, so a stored verdict is never lost: the listener only says which
 * commit changed, and at the start, after a change of the active coordinator and after an error the
 * files are scanned from the time up to which the outbox was complete. All work is done on threads
 * of this object, so storing a verdict never waits for a receiver.
 */
public final class Notifier implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Notifier.class);

  private static final int BATCH = 20;
  private static final int SENDERS = 4;

  /** Covers clock differences to file servers, and changes that were only in memory. */
  private static final Duration SCAN_MARGIN = Duration.ofMinutes(10);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
  private static final Duration TICK_INTERVAL = Duration.ofMinutes(1);
  private static final Duration REMIND_AFTER = Duration.ofDays(1);
  private static final Duration KEEP_FINISHED = Duration.ofDays(30);
  private static final Duration KEEP_VERDICTS = Duration.ofDays(400);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(12);

  private final Outbox outbox;
  private final ResultReader files;
  private final FailureFinder failures;
  private final RetryPolicy retryPolicy;
  private final SenderLock lock;
  private final Clock clock;
  private final ChangeQueue changes = new ChangeQueue();
  private final Set<String> activeQueues = ConcurrentHashMap.newKeySet();
  private final ExecutorService senders = Threads.bounded(SENDERS, "notification sender");
  private final Thread thread = Threads.daemon("notifier", this::runUntilInterrupted);
  private volatile Rules rules;
  private Instant nextTick = Instant.MIN;
  private boolean isFailing;

  /**
   * Where verdicts are read from, and the rules.
   *
   * @param results the results folder
   * @param history earlier runs of a repository, used to explain failures
   */
  public record Sources(Path results, History history, NotifySettings settings) {}

  /**
   * @param receivers the receivers, by the names of their rules
   * @param isActive whether this coordinator is the active one: a standby sends nothing
   */
  public Notifier(
      Sources sources, Map<String, Receiver> receivers, BooleanSupplier isActive, Clock clock) {
    this(sources, receivers, isActive, RetryPolicy.DEFAULT, clock);
  }

  Notifier(
      Sources sources,
      Map<String, Receiver> receivers,
      BooleanSupplier isActive,
      RetryPolicy retryPolicy,
      Clock clock) {
    Path file = Outbox.fileIn(sources.results());
    this.files = new ResultReader(sources.results());
    this.outbox = Outbox.open(file);
    this.failures = new FailureFinder(files, sources.history());
    this.retryPolicy = retryPolicy;
    this.clock = clock;
    this.rules = rules(sources.settings(), receivers);
    this.lock = new SenderLock(file.resolveSibling("sender.lock"), isActive);
  }

  /** What is made from the current rules. */
  private record Rules(NotificationPlanner planner, OutboxSender sender) {}

  private Rules rules(NotifySettings settings, Map<String, Receiver> receivers) {
    return new Rules(
        new NotificationPlanner(
            files, new NoticeFactory(failures, settings.address()), settings.rules()),
        new OutboxSender(outbox, receivers, retryPolicy, settings.giveUpAfter(), clock));
  }

  /**
   * Replaces the rules. A notification that is still pending is sent as the rule with the same name
   * says now.
   *
   * @param receivers the receivers, by the names of their rules
   */
  public void updateRules(NotifySettings settings, Map<String, Receiver> receivers) {
    rules = rules(settings, receivers);
  }

  /** To be given to the coordinator that stores verdicts. */
  public VerdictListener listener() {
    return changes;
  }

  /** The outbox; closed by this object only. */
  public Outbox outbox() {
    return outbox;
  }

  /** The numbers of pending and finished notifications, for metrics. */
  public Totals totals() {
    return outbox.totals();
  }

  public void start() {
    thread.start();
  }

  /** Ends the requests in progress; the rest is sent after the next start. */
  @Override
  public void close() {
    thread.interrupt();
    senders.shutdownNow();
    try {
      thread.join(CLOSE_LIMIT.toMillis());
      boolean unused = senders.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.close();
    outbox.close();
  }

  private void runUntilInterrupted() {
    try {
      while (!Thread.interrupted()) {
        Steps.lasting("sending notifications", this::guardedStep);
      }
    } catch (InterruptedException e) {
      log.debug("no more notifications are sent");
    }
  }

  private void guardedStep() throws InterruptedException {
    try {
      step(POLL_INTERVAL);
      isFailing = false;
    } catch (AssayException e) {
      changes.requestScan();
      if (!isFailing) {
        log.warn("notifications wait: {}", e.getMessage());
      }
      isFailing = true;
      TimeUnit.SECONDS.sleep(1);
    } catch (RuntimeException e) {
      changes.requestScan();
      throw e;
    }
  }

  /**
   * Puts new notifications into the outbox and starts to send what is due.
   *
   * @param limit how long to wait for a change
   */
  void step(Duration limit) throws InterruptedException {
    if (!lock.tryAcquire()) {
      if (activeQueues.isEmpty()) {
        lock.release();
      }
      changes.requestScan();
      TimeUnit.NANOSECONDS.sleep(limit.toNanos());
      return;
    }
    if (changes.takeScanRequest()) {
      catchUp();
    }
    plan(limit);
    tick();
    outbox.dueQueues(clock.instant()).forEach(this::startSending);
  }

  private void plan(Duration limit) throws InterruptedException {
    Instant until = clock.instant();
    List<ChangeQueue.Commit> batch = changes.take(BATCH, limit);
    if (!batch.isEmpty()) {
      plan(batch);
      if (changes.isEmpty()) {
        outbox.inTransaction(transaction -> transaction.setCompleteUntil(until));
      }
    }
  }

  private void plan(List<ChangeQueue.Commit> batch) {
    Instant now = clock.instant();
    outbox.inTransaction(
        transaction -> {
          Instant unused = transaction.startedAt(now);
          batch.forEach(commit -> rules.planner().plan(transaction, commit, now));
        });
    CrashPoint.NOTIFIER_NOTED.reached();
  }

  /**
   * Scans the files for what was stored since the outbox was complete, in the order of verdicts.
   */
  private void catchUp() {
    Instant began = clock.instant();
    outbox.inTransaction(transaction -> transaction.startedAt(began));
    Instant since = outbox.completeUntil().orElse(began).minus(SCAN_MARGIN);
    List<ChangeQueue.Commit> found = new ArrayList<>();
    files.changedSince(since, (name, commit) -> found.add(new ChangeQueue.Commit(name, commit)));
    Map<ChangeQueue.Commit, Instant> times = new ConcurrentHashMap<>();
    found.forEach(each -> times.put(each, finishedAt(each.repository(), each.id())));
    found.sort(Comparator.comparing(times::get));
    for (int from = 0; from < found.size(); from += BATCH) {
      plan(found.subList(from, Math.min(from + BATCH, found.size())));
    }
    outbox.inTransaction(transaction -> transaction.setCompleteUntil(began));
  }

  private Instant finishedAt(String repository, CommitId commit) {
    return files.verdict(repository, commit).map(Verdict::finishedAt).orElse(Instant.MAX);
  }

  /** Periodic work: reminders of broken branches, and deleting what is too old. */
  private void tick() {
    Instant now = clock.instant();
    if (now.isBefore(nextTick)) {
      return;
    }
    nextTick = now.plus(TICK_INTERVAL);
    List<BrokenBranch> due = outbox.brokenWithoutReminder(now.minus(REMIND_AFTER));
    outbox.inTransaction(
        transaction -> {
          due.forEach(each -> rules.planner().planReminder(transaction, each, now));
          transaction.deleteVerdictsBefore(now.minus(KEEP_VERDICTS));
          if (changes.isEmpty()) {
            transaction.setCompleteUntil(now);
          }
        });
    outbox.deleteFinishedBefore(now.minus(KEEP_FINISHED));
  }

  /** Whether no request is in progress. */
  boolean isIdle() {
    return activeQueues.isEmpty();
  }

  /** Whether no known change still has to be put into the outbox. */
  boolean isCaughtUp() {
    return changes.isEmpty();
  }

  private void startSending(String queue) {
    if (activeQueues.add(queue)) {
      senders.execute(
          () -> {
            try {
              rules.sender().drain(queue, lock::isHeld);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (AssayException e) {
              log.warn("{}: {}; trying again", queue, e.getMessage());
            } finally {
              activeQueues.remove(queue);
            }
          });
    }
  }
}
