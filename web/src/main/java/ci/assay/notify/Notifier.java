package ci.assay.notify;

import ci.assay.common.AssayException;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.failure.FailureFinder;
import ci.assay.failure.History;
import ci.assay.model.CommitId;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.Broken;
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
 * Tells those who wait for verdicts, each at least once and in order. What is told follows from the
 * result files, so that nothing is lost that was stored: the listener only says where to look, and
 * at the start, after another coordinator, and after trouble the files are looked through from
 * where the outbox was complete. It has threads of its own, and no verdict waits for it.
 */
public final class Notifier implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Notifier.class);

  private static final int BATCH = 20;
  private static final int LANES_AT_ONCE = 4;

  /** Clocks of file servers differ from ours, and what is in memory is lost with us. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final Duration BETWEEN_TICKS = Duration.ofMinutes(1);
  private static final Duration STILL_AFTER = Duration.ofDays(1);
  private static final Duration KEEP_DONE = Duration.ofDays(30);
  private static final Duration KEEP_SEEN = Duration.ofDays(400);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(12);

  private final Outbox outbox;
  private final ResultReader files;
  private final FailureFinder failures;
  private final Pace pace;
  private final Turn turn;
  private final Clock clock;
  private final Intake intake = new Intake();
  private final Set<String> inHand = ConcurrentHashMap.newKeySet();
  private final ExecutorService lanes = Threads.bounded(LANES_AT_ONCE, "notifier lane");
  private final Thread thread = Threads.daemon("notifier", this::runUntilInterrupted);
  private volatile Rules rules;
  private Instant nextTick = Instant.MIN;
  private boolean isTroubled;

  /**
   * What is told, and from what.
   *
   * @param history knows more of a repository than one line of commits
   */
  public record Sources(Path results, History history, NotifySettings settings) {}

  /**
   * @param receivers by the names of their rules
   * @param isActive whether this coordinator is the active one: a standby tells nothing
   */
  public Notifier(
      Sources sources, Map<String, Receiver> receivers, BooleanSupplier isActive, Clock clock) {
    this(sources, receivers, isActive, Pace.USUAL, clock);
  }

  Notifier(
      Sources sources,
      Map<String, Receiver> receivers,
      BooleanSupplier isActive,
      Pace pace,
      Clock clock) {
    Path file = Outbox.fileIn(sources.results());
    this.files = new ResultReader(sources.results());
    this.outbox = Outbox.open(file);
    this.failures = new FailureFinder(files, sources.history());
    this.pace = pace;
    this.clock = clock;
    this.rules = rules(sources.settings(), receivers);
    this.turn = new Turn(file.resolveSibling("teller.lock"), isActive);
  }

  /** What follows from the rules. */
  private record Rules(Noting noting, Delivery delivery) {}

  private Rules rules(NotifySettings settings, Map<String, Receiver> receivers) {
    return new Rules(
        new Noting(files, new Notices(failures, settings.address()), settings.rules()),
        new Delivery(outbox, receivers, pace, settings.giveUpAfter(), clock));
  }

  /**
   * Other rules hold from now on. What was noted by a rule that is there still is told as that says
   * now.
   *
   * @param receivers by the names of their rules
   */
  public void use(NotifySettings settings, Map<String, Receiver> receivers) {
    rules = rules(settings, receivers);
  }

  /** For the coordinator that stores. */
  public VerdictListener listener() {
    return intake;
  }

  /** What is to be told; not to be closed by others. */
  public Outbox outbox() {
    return outbox;
  }

  /** How much there is to tell, for those who watch. */
  public Totals totals() {
    return outbox.totals();
  }

  public void start() {
    thread.start();
  }

  /** Finishes what is on its way; what is not told yet is at the next start. */
  @Override
  public void close() {
    thread.interrupt();
    lanes.shutdownNow();
    try {
      thread.join(CLOSE_LIMIT.toMillis());
      boolean unused = lanes.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    turn.close();
    outbox.close();
  }

  private void runUntilInterrupted() {
    try {
      while (!Thread.interrupted()) {
        Steps.lasting("telling of verdicts", this::containedStep);
      }
    } catch (InterruptedException e) {
      log.debug("telling ends");
    }
  }

  private void containedStep() throws InterruptedException {
    try {
      step(LOOK_AGAIN);
      isTroubled = false;
    } catch (AssayException e) {
      intake.lose();
      if (!isTroubled) {
        log.warn("notifications wait: {}", e.getMessage());
      }
      isTroubled = true;
      TimeUnit.SECONDS.sleep(1);
    } catch (RuntimeException e) {
      intake.lose();
      throw e;
    }
  }

  /** Notes what is new, and has told what is due; waits at most that long for something new. */
  void step(Duration limit) throws InterruptedException {
    if (!turn.take()) {
      if (inHand.isEmpty()) {
        turn.release();
      }
      intake.lose();
      TimeUnit.NANOSECONDS.sleep(limit.toNanos());
      return;
    }
    if (intake.takeCatchUp()) {
      catchUp();
    }
    note(limit);
    tick();
    outbox.due(clock.instant()).forEach(this::serve);
  }

  private void note(Duration limit) throws InterruptedException {
    Instant until = clock.instant();
    List<Intake.Commit> batch = intake.take(BATCH, limit);
    if (!batch.isEmpty()) {
      note(batch);
      if (intake.isEmpty()) {
        outbox.note(notes -> notes.completeUntil(until));
      }
    }
  }

  private void note(List<Intake.Commit> batch) {
    Instant now = clock.instant();
    outbox.note(
        notes -> {
          Instant unused = notes.began(now);
          batch.forEach(commit -> rules.noting().look(notes, commit, now));
        });
    CrashPoint.NOTIFIER_NOTED.reached();
  }

  /** Finds in the files what was stored since the outbox was complete, in the order of verdicts. */
  private void catchUp() {
    Instant began = clock.instant();
    outbox.note(notes -> notes.began(began));
    Instant since = outbox.completeUntil().orElse(began).minus(MARGIN);
    List<Intake.Commit> found = new ArrayList<>();
    files.changedSince(since, (name, commit) -> found.add(new Intake.Commit(name, commit)));
    Map<Intake.Commit, Instant> times = new ConcurrentHashMap<>();
    found.forEach(each -> times.put(each, finishedAt(each.repository(), each.id())));
    found.sort(Comparator.comparing(times::get));
    for (int from = 0; from < found.size(); from += BATCH) {
      note(found.subList(from, Math.min(from + BATCH, found.size())));
    }
    outbox.note(notes -> notes.completeUntil(began));
  }

  private Instant finishedAt(String repository, CommitId commit) {
    return files.verdict(repository, commit).map(Verdict::finishedAt).orElse(Instant.MAX);
  }

  /** What has its time: branches that still fail, and what need not be kept any longer. */
  private void tick() {
    Instant now = clock.instant();
    if (now.isBefore(nextTick)) {
      return;
    }
    nextTick = now.plus(BETWEEN_TICKS);
    List<Broken> still = outbox.brokenSince(now.minus(STILL_AFTER));
    outbox.note(
        notes -> {
          still.forEach(each -> rules.noting().stillBroken(notes, each, now));
          notes.forgetSeenBefore(now.minus(KEEP_SEEN));
          if (intake.isEmpty()) {
            notes.completeUntil(now);
          }
        });
    outbox.forgetDoneBefore(now.minus(KEEP_DONE));
  }

  /** Whether nothing is being told at this moment. */
  boolean isIdle() {
    return inHand.isEmpty();
  }

  /** Whether nothing is known that would have to be noted. */
  boolean isCaughtUp() {
    return intake.isEmpty();
  }

  private void serve(String lane) {
    if (inHand.add(lane)) {
      lanes.execute(
          () -> {
            try {
              rules.delivery().serve(lane, turn::isOurs);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (AssayException e) {
              log.warn("{}: {}; trying again", lane, e.getMessage());
            } finally {
              inHand.remove(lane);
            }
          });
    }
  }
}
