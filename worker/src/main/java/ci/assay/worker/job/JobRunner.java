package ci.assay.worker.job;

import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.model.TestCounts;
import ci.assay.worker.checkout.Checkout;
import ci.assay.worker.checkout.IncrementalWorkspace;
import ci.assay.worker.checkout.RefusedCommitException;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.RunEnvironment;
import ci.assay.worker.command.TestCommand;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.TemporaryFolder;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.report.TestReports;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.FinishedRun;
import ci.assay.worker.spool.RunFiles;
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
public final class JobRunner {

  /**
   * What all slots of a worker share.
   *
   * @param isStopping whether the worker is about to end
   */
  public record Tools(
      WorkerSettings settings,
      WorkFolder folder,
      MirrorStore mirrors,
      RunFiles logs,
      DiskSpace disk,
      KeptTrees trees,
      RepositoryBackoff reachability,
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
  public JobRunner(Tools tools, int slot, CommandRunner commands) {
    this.tools = tools;
    this.slot = slot;
    this.commands = commands;
    this.temporary = new TemporaryFolder(tools.folder().temporary(slot));
  }

  /**
   * Runs a job.
   *
   * @throws GitException when the commit could not be had
   * @throws IOException when something of ours failed; nothing is known about the commit then
   * @throws InterruptedException when the worker stops
   * @throws RunRefusedException when it may not begin
   */
  FinishedRun run(Run run)
      throws GitException, IOException, InterruptedException, RunRefusedException {
    RunTimer watch = new RunTimer(tools.clock());
    try (RunLog log = tools.logs().begin(run.id())) {
      CaseFile cases = tools.logs().cases(run.id());
      Judgement judgement = judge(run, watch, log, cases);
      FileSummary printed = log.finish();
      FileSummary reported = cases.finish();
      int attempt = run.permission().attempt();
      Result result = result(run, attempt, watch, judgement, printed);
      return tools.logs().whole(result.withFiles(printed, reported));
    }
  }

  /** The result of a run that never came to its command, for a cause that will not go away. */
  FinishedRun errored(Run run, String cause) throws InterruptedException, RunRefusedException {
    RunTimer watch = new RunTimer(tools.clock());
    int attempt = run.permission().attempt();
    Result result = result(run, attempt, watch, Judgement.errored(cause), FileSummary.EMPTY);
    return new FinishedRun(result, List.of());
  }

  private Judgement judge(Run run, RunTimer watch, RunLog log, CaseFile cases)
      throws GitException, IOException, InterruptedException, RunRefusedException {
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

  private Judgement test(Run run, RunTimer watch, RunLog log, CaseFile cases)
      throws GitException,
          IOException,
          InterruptedException,
          RefusedCommitException,
          RunRefusedException {
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
      CommandExit ending = execute(run, command, checkout.tree(), log, watch);
      watch.lap("test");
      CrashPoint.WORKER_RUN_ENDED.reached();
      if (Judgement.of(ending, null).conclusion().outcome() != Outcome.PASSED) {
        disk.requireEnough();
      }
      log.finish();
      TestCounts counts = TestReports.count(workspace, log, cases);
      watch.lap("report");
      return Judgement.of(ending, counts);
    }
  }

  private CommandExit execute(Run run, TestCommand command, Path tree, RunLog log, RunTimer watch)
      throws IOException, InterruptedException, RunRefusedException {
    Path home = Files.createDirectories(tools.folder().home(run.job().repository(), slot));
    RunEnvironment world = new RunEnvironment(run.job(), run.id(), home, temporary.path());
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
      CommandExit ending = commands.run(what, log);
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
      Run run, int attempt, RunTimer watch, Judgement judgement, FileSummary log) {
    return new Result(
        run.job().id(),
        new RunId(run.id(), attempt),
        judgement.conclusion(),
        new Execution(
            tools.settings().name(),
            run.job().queuedAt(),
            watch.started(),
            watch.now(),
            watch.phases()),
        new Findings(judgement.tests(), log, null),
        run.job());
  }
}
