package ci.assay.coordinator.inquiry;

import ci.assay.broker.WorkerUsers;
import ci.assay.common.LatestEntries;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobRuns.OneRun;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.owed.PresenceBoard;
import ci.assay.coordinator.owed.RunPermissions;
import ci.assay.coordinator.store.CoordinatorResults;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.message.Presence;
import ci.assay.message.RunNotice;
import ci.assay.message.StartReply;
import ci.assay.message.StartReply.Decision;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.Job;
import ci.assay.model.Result;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a worker that asks to begin a run: whether the job has its result, seems to run
 * elsewhere, has used up its attempts, should be left to another worker, or may begin. For use by
 * one thread at a time.
 */
public final class StartRequestHandler {

  /** The time within which workers reconnect to a broker that was restarted. */
  private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(20);

  private static final int MOST_REMEMBERED = 10_000;

  private static final Logger log = LoggerFactory.getLogger(StartRequestHandler.class);

  private final ResultStore store;
  private final RunPermissions permissions;
  private final PresenceBoard board;
  private final Consumer<StopRequest> stops;
  private final Time time;

  /**
   * When this process allowed the latest runs, by run id, in nanoseconds of the monotonic clock.
   */
  private final LatestEntries<String, Long> allowed = new LatestEntries<>(MOST_REMEMBERED);

  /**
   * The clocks of the handler.
   *
   * @param listening for how long the control channel has listened without a break
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   * @param clock for times that are stored
   */
  public record Time(Supplier<Duration> listening, LongSupplier nanos, Clock clock) {}

  /**
   * @param stops receives the message that a job needs no run any more
   */
  public StartRequestHandler(
      ResultStore store,
      RunPermissions permissions,
      PresenceBoard board,
      Consumer<StopRequest> stops,
      Time time) {
    this.store = store;
    this.permissions = permissions;
    this.board = board;
    this.stops = stops;
    this.time = time;
  }

  /**
   * Answers a question.
   *
   * @param user the broker user who asks. One that speaks for a single worker is not believed that
   *     another worker is silent which reports the run: it could have a running job given to it, or
   *     have its attempts used up
   */
  StartReply handle(StartRequest asked, String user) throws IOException {
    StartRequest ask = WorkerUsers.isOfOne(user) ? withoutRunsOfOthers(asked) : asked;
    if (store.state(ask.id()) == JobState.JUDGED) {
      return answer(ask, Decision.JUDGED, 1);
    }
    JobRuns known = store.starts(ask.id());
    if (isOfAnother(ask, known)) {
      log.warn(
          "run {} of {} belongs to another worker than {}, which asks to begin it",
          ask.run(),
          ask.id(),
          ask.worker());
      return new StartReply(ask.id(), Decision.ELSEWHERE, 1, List.of(ask.run()), false);
    }
    JobRuns runs = note(ask, known);
    int attempt = runs.spent().size() + 1;
    List<String> elsewhere = elsewhere(ask, runs);
    if (!elsewhere.isEmpty()) {
      return new StartReply(ask.id(), Decision.ELSEWHERE, attempt, elsewhere, isSettled(elsewhere));
    }
    PastRuns past = new PastRuns(runs);
    if (!past.isEmpty() && !isUnderway(ask, runs)) {
      Optional<Job> job = store.job(ask.id());
      if (job.isPresent() && isForAnother(ask, job.get(), past)) {
        return answer(ask, Decision.DEFER, attempt);
      }
      if (job.isPresent() && past.areEnough(ask)) {
        giveUp(job.get(), past);
        return answer(ask, Decision.JUDGED, attempt);
      }
    }
    permissions.add(ask);
    allowed.put(ask.run(), time.nanos().getAsLong());
    return answer(ask, Decision.RUN, attempt);
  }

  private StartRequest withoutRunsOfOthers(StartRequest ask) {
    Set<String> silent = new LinkedHashSet<>(ask.silent());
    board.runsOf(ask.id()).map(Presence.Underway::run).forEach(silent::remove);
    permissions.of(ask.id()).stream()
        .filter(run -> !ask.worker().equals(permissions.worker(run)))
        .forEach(silent::remove);
    return new StartRequest(
        ask.id(), ask.run(), ask.worker(), ask.maxAttempts(), List.copyOf(silent));
  }

  /**
   * Whether the run belongs to another worker. Otherwise whoever knows a run's id could take it
   * from the worker that was allowed it.
   */
  private boolean isOfAnother(StartRequest ask, JobRuns runs) {
    OneRun known = runs.get(ask.run());
    return permissions.isOfAnother(ask)
        || (known != null && known.hasBegun() && !known.worker().equals(ask.worker()));
  }

  /**
   * Notes that the runs for which no worker answered are lost, and that the asking run is alive.
   */
  private JobRuns note(StartRequest ask, JobRuns before) throws IOException {
    JobRuns runs = before;
    for (String silent : ask.silent()) {
      OneRun known = runs.get(silent);
      if (known == null || !known.state().hasEnded()) {
        runs = note(ask, silent, RunNotice.State.NO_RESULT, workerOf(silent, runs), runs);
      }
      permissions.forget(silent);
    }
    OneRun own = runs.get(ask.run());
    if (own != null && own.state().isLost()) {
      runs = note(ask, ask.run(), RunNotice.State.RUNNING, ask.worker(), runs);
    }
    return runs;
  }

  private JobRuns note(
      StartRequest ask, String run, RunNotice.State state, String worker, JobRuns runs)
      throws IOException {
    RunNotice notice = new RunNotice(ask.id(), run, worker, state, time.clock().instant());
    if (store.state(ask.id()) == JobState.OWED) {
      store.addToStarts(ask.id(), notice);
    }
    return runs.with(notice);
  }

  private String workerOf(String run, JobRuns runs) {
    OneRun known = runs.get(run);
    return known != null
        ? known.worker()
        : Objects.requireNonNullElse(permissions.worker(run), "unknown");
  }

  /** The runs of the job that may be under way, other than the asking one. */
  private List<String> elsewhere(StartRequest ask, JobRuns runs) {
    TreeSet<String> others = new TreeSet<>(permissions.of(ask.id()));
    board.runsOf(ask.id()).map(Presence.Underway::run).forEach(others::add);
    others.removeIf(run -> hasEnded(run, runs));
    runs.all().stream().filter(OneRun::isOpen).map(OneRun::id).forEach(others::add);
    others.remove(ask.run());
    ask.silent().forEach(others::remove);
    return new ArrayList<>(others);
  }

  private static boolean hasEnded(String run, JobRuns runs) {
    OneRun known = runs.get(run);
    return known != null && known.state().hasEnded();
  }

  private static boolean isUnderway(StartRequest ask, JobRuns runs) {
    OneRun own = runs.get(ask.run());
    return own != null && own.isOpen();
  }

  private boolean isForAnother(StartRequest ask, Job job, PastRuns past) {
    return past.areForAnother(ask) && board.hasTakerBeside(past.workersWithoutUse(ask), job.pool());
  }

  private void giveUp(Job job, PastRuns past) throws IOException {
    Result result = past.finalResult(job, new CoordinatorResults(time.clock()));
    if (store.addUnlessJudged(result)) {
      log.warn("{} errored: {}", job.id(), result.cause());
      stops.accept(new StopRequest(job.id(), result.summary()));
    }
  }

  private static StartReply answer(StartRequest ask, Decision decision, int attempt) {
    return new StartReply(ask.id(), decision, attempt, List.of(), null);
  }

  /**
   * Whether runs for which no worker answers are gone. The broker was not restarted while we have
   * listened without a break. So the worker of a run that began in that time is connected, and the
   * worker of an earlier run has had that time to reconnect.
   */
  private boolean isSettled(List<String> runs) {
    Duration unbroken = time.listening().get();
    return unbroken.compareTo(RECONNECT_LIMIT) >= 0
        || runs.stream().allMatch(run -> isAllowedWithin(unbroken, run));
  }

  private boolean isAllowedWithin(Duration limit, String run) {
    Long at = allowed.get(run);
    return at != null && time.nanos().getAsLong() - at < limit.toNanos();
  }
}
