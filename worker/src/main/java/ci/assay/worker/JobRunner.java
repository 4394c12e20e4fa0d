package ci.assay.worker;

import ci.assay.git.GitTroubleException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CrashPoint;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.LogSummary;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.TestCounts;
import ci.assay.worker.Ending.Exited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs jobs in one slot, one at a time: fetch, check out, run, count, judge. */
final class JobRunner {

  /**
   * What all slots of a worker share.
   *
   * @param isStopping whether the worker is about to end
   */
  record Tools(
      WorkerSettings settings,
      WorkFolder folder,
      MirrorStore mirrors,
      LogShelf logs,
      DiskSpace disk,
      KeptTrees trees,
      Reachability reachability,
      InstantSource clock,
      BooleanSupplier isStopping) {}

  private static final Duration SIGNAL_SPREAD = Duration.ofMillis(200);

  private final Tools tools;
  private final int slot;
  private final CommandRunner commands;
  private final TemporaryFolder temporary;
  private final Map<Repository, Workspace> workspaces = new ConcurrentHashMap<>();

  /**
   * @param slot its number, from 1
   * @param commands of this slot alone; not closed by this object
   */
  JobRunner(Tools tools, int slot, CommandRunner commands) {
    this.tools = tools;
    this.slot = slot;
    this.commands = commands;
    this.temporary = new TemporaryFolder(tools.folder().temporary(slot));
  }

  /**
   * Runs a job.
   *
   * @throws GitTroubleException when the commit could not be had
   * @throws IOException when something of ours failed; nothing is known about the commit then
   * @throws InterruptedException when the worker stops
   * @throws NotHereException when it may not begin
   */
  Finished run(Run run)
      throws GitTroubleException, IOException, InterruptedException, NotHereException {
    Stopwatch watch = new Stopwatch(tools.clock());
    try (RunLog log = tools.logs().begin(run.id())) {
      CaseFile cases = tools.logs().cases(run.id());
      Judgement judgement = judge(run, watch, log, cases);
      LogSummary printed = log.finish();
      LogSummary reported = cases.finish();
      int attempt = run.permission().attempt();
      Result result = result(run, attempt, watch, judgement, printed);
      return tools.logs().whole(result.withFiles(printed, reported));
    }
  }

  /** The result of a run that never came to its command, for a cause that will not go away. */
  Finished errored(Run run, String cause) throws InterruptedException, NotHereException {
    Stopwatch watch = new Stopwatch(tools.clock());
    int attempt = run.permission().attempt();
    Result result = result(run, attempt, watch, Judgement.errored(cause), LogSummary.EMPTY);
    return new Finished(result, List.of());
  }

  private Judgement judge(Run run, Stopwatch watch, RunLog log, CaseFile cases)
      throws GitTroubleException, IOException, InterruptedException, NotHereException {
    Repository repository = run.job().repository();
    tools.trees().use(repository, slot);
    try {
      return test(run, watch, log, cases);
    } catch (RefusedCommitException | InvalidInputException e) {
      return Judgement.errored(String.valueOf(e.getMessage()));
    } finally {
      tools.trees().release(repository, slot);
    }
  }

  private Judgement test(Run run, Stopwatch watch, RunLog log, CaseFile cases)
      throws GitTroubleException,
          IOException,
          InterruptedException,
          RefusedCommitException,
          NotHereException {
    Job job = run.job();
    Mirror mirror = tools.mirrors().mirrorOf(job.repository());
    mirror.ensure(job.commit(), job.ref());
    tools.reachability().reached(job.repository());
    watch.lap("fetch");

    Workspace workspace = workspaces.computeIfAbsent(job.repository(), this::workspaceOf);
    Checkout checkout = workspace.checkout(mirror.repository(), job.commit());
    checkout.notes().forEach(log::note);
    TestCommand command = TestCommand.choose(job, checkout.tree(), tools.settings().timeout());
    watch.lap("checkout");

    CrashPoint.WORKER_RUN_BEGUN.reached();
    try (DiskSpace.Watch disk = tools.disk().watch()) {
      Ending ending = execute(run, command, checkout.tree(), log, watch);
      watch.lap("test");
      CrashPoint.WORKER_RUN_ENDED.reached();
      if (Judgement.of(ending, null).outcome() != Outcome.PASSED) {
        disk.requireEnough();
      }
      log.finish();
      TestCounts counts = TestReports.count(workspace, log, cases);
      watch.lap("report");
      return Judgement.of(ending, counts);
    }
  }

  private Ending execute(Run run, TestCommand command, Path tree, RunLog log, Stopwatch watch)
      throws IOException, InterruptedException, NotHereException {
    Path home = Files.createDirectories(tools.folder().home(run.job().repository(), slot));
    RunWorld world = new RunWorld(run.job(), run.id(), home, temporary.path());
    temporary.prepare();
    commands.prepare();
    int attempt = run.permission().attempt();
    watch.lap("start");
    try {
      CommandRunner.Command what =
          new CommandRunner.Command(
              run.id(),
              command.text(),
              tree,
              world.environment(System.getenv(), attempt),
              command.timeout());
      Ending ending = commands.run(what, log);
      if (ending instanceof Exited by && by.isSignalled() && stopsSoon()) {
        throw new InterruptedException(run + " was killed by somebody while the worker stops");
      }
      return ending;
    } finally {
      temporary.clear();
    }
  }

  /** Whoever stops a service signals its runs too, perhaps a moment before us. */
  private boolean stopsSoon() throws InterruptedException {
    long deadline = System.nanoTime() + SIGNAL_SPREAD.toNanos();
    while (!tools.isStopping().getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return tools.isStopping().getAsBoolean();
  }

  private Workspace workspaceOf(Repository repository) {
    return new IncrementalWorkspace(tools.folder().tree(repository, slot));
  }

  private Result result(
      Run run, int attempt, Stopwatch watch, Judgement judgement, LogSummary log) {
    return new Result(
        run.job().id(),
        run.id(),
        attempt,
        judgement.outcome(),
        judgement.cause(),
        judgement.exitCode(),
        judgement.summary(),
        tools.settings().name(),
        run.job().queuedAt(),
        watch.started(),
        watch.now(),
        watch.phases(),
        judgement.tests(),
        log,
        run.job());
  }
}
