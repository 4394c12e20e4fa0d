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
import ci.assay.model.Result;
import ci.assay.model.Ruling;
import ci.assay.model.RunId;
import ci.assay.model.StepRecord;
import ci.assay.model.Surroundings;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.report.TestCounts;
import ci.assay.pipeline.ArtifactRule;
import ci.assay.pipeline.PathFilter;
import ci.assay.worker.artifact.ArtifactCollector;
import ci.assay.worker.checkout.Checkout;
import ci.assay.worker.checkout.IncrementalWorkspace;
import ci.assay.worker.checkout.RefusedCommitException;
import ci.assay.worker.checkout.SubmoduleMirrors;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.RunEnvironment;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.TestCommand;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.FileTrouble;
import ci.assay.worker.folder.HomeFolder;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.SlotFolder;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.output.SummaryFile;
import ci.assay.worker.report.TestReports;
import ci.assay.worker.secret.GivenSecrets;
import ci.assay.worker.secret.SecretStore;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.FinishedRun;
import ci.assay.worker.spool.RunFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs in one slot, one at a time: fetch, check out, run, read the test reports, judge. */
public final class JobRunner {

  /**
   * The worker that a slot belongs to.
   *
   * @param isStopping whether the worker is stopping
   */
  public record Host(WorkerSettings settings, InstantSource clock, BooleanSupplier isStopping) {}

  /**
   * Where commits come from.
   *
   * @param withoutLogins for submodules on other hosts than the repository
   */
  public record Sources(
      MirrorStore mirrors, MirrorStore withoutLogins, RepositoryBackoff reachability) {

    private SubmoduleMirrors submodulesOf(Job job) {
      return new SubmoduleMirrors(mirrors, withoutLogins, job.ref());
    }
  }

  /** Where runs keep their files. */
  public record Storage(
      WorkFolder folder, RunFiles logs, DiskSpace disk, KeptTrees trees, Quarantine quarantine) {}

  private static final Logger logger = LoggerFactory.getLogger(JobRunner.class);

  private final Host host;
  private final Sources sources;
  private final Storage storage;
  private final int slot;
  private final CommandExecutor commands;
  private final SlotFolder places;
  private final HomeFolder homes;
  private final SecretStore store;
  private final Map<Path, Workspace> workspaces = new ConcurrentHashMap<>();

  /**
   * @param slot the number of the slot, from 1
   * @param commands the executor of this slot; not closed by this object
   */
  public JobRunner(
      Host host, Sources sources, Storage storage, int slot, CommandExecutor commands) {
    this.host = host;
    this.sources = sources;
    this.storage = storage;
    this.slot = slot;
    this.commands = commands;
    this.store = new SecretStore(host.settings().secrets());
    this.places = new SlotFolder(storage.folder(), storage.quarantine(), slot);
    this.homes =
        new HomeFolder(
            storage.folder(),
            storage.quarantine(),
            slot,
            host.settings().disk().maxHomeCopyBytes());
  }

  /** Begins to work on a run; the caller closes the session before it opens another one. */
  Session open(Run run) {
    return new Session(run);
  }

  /** The result of a run whose command was never started, for a cause that is permanent. */
  FinishedRun errored(Run run, int attempt, String cause) {
    RunTimer watch = new RunTimer(host.clock());
    Findings nothing = new Findings(null, FileSummary.EMPTY, null);
    Surroundings usual = new Surroundings(commands.name());
    Result result = result(run, attempt, watch, Judgement.errored(cause), nothing, usual);
    return FinishedRun.bare(result);
  }

  /**
   * The work on one run: {@link #prepare}, then, when it has permission to begin, {@link #execute}.
   * For use by one thread. Both throw
   *
   * <ul>
   *   <li>{@link IOException} when the worker failed; nothing is known about the commit then
   *   <li>{@link InterruptedException} when the run is stopped, or the worker stops
   * </ul>
   */
  final class Session implements AutoCloseable {
    private final Run run;
    private final RunTimer watch = new RunTimer(host.clock());
    private final RunLog log;
    private final CaseFile cases;
    private boolean usesTree;
    private SlotFolder.@Nullable Place used;
    private @Nullable PreparedRun prepared;
    private GivenSecrets secrets = GivenSecrets.NONE;
    private @Nullable Judgement refusal;
    private StepRuns.@Nullable Ending ending;
    private @Nullable ArtifactSummary artifacts;
    private @Nullable String markdown;
    private Surroundings surroundings = new Surroundings(commands.name());

    private Session(Run run) {
      this.run = run;
      this.log = storage.logs().begin(run.id());
      this.cases = storage.logs().cases(run.id());
    }

    /**
     * Fetches the commit, checks it out and prepares the executor for its command.
     *
     * @throws GitException when the commit could not be fetched
     */
    void prepare() throws GitException, IOException, InterruptedException {
      Ruling ruling = run.job().ruling();
      if (ruling != null) {
        refusal = Judgement.of(ruling);
        return;
      }
      storage.trees().use(run.job().repository(), slot);
      usesTree = true;
      try {
        prepared = checkedOut();
      } catch (RefusedCommitException | InvalidInputException e) {
        refusal = Judgement.errored(String.valueOf(e.getMessage()));
      }
    }

    private PreparedRun checkedOut()
        throws GitException, IOException, InterruptedException, RefusedCommitException {
      Job job = run.job();
      Mirror mirror = sources.mirrors().mirrorOf(job.repository());
      mirror.ensure(job.commit(), job.ref());
      sources.reachability().reached(job.repository());
      mirror.tagTrouble().ifPresent(log::note);
      watch.lap("fetch");

      SlotFolder.Place place = places.prepare(job.repository());
      used = place;
      Checkout checkout;
      try {
        checkout = PreparedRun.checkout(workspaceIn(place), mirror, job);
      } catch (FileSystemException e) { // an earlier run left files that cannot be removed
        place = places.renew(place, e);
        used = place;
        checkout = PreparedRun.checkout(workspaceIn(place), mirror, job);
      }
      SubmoduleMirrors submodules = sources.submodulesOf(job);
      TestCommand command;
      try {
        command = TestCommand.choose(job, checkout.tree(), host.settings().timeout());
        if (command.wants().submodules()) {
          checkout = workspaceIn(place).addSubmodules(checkout, mirror.repository(), submodules);
        }
      } finally {
        checkout.notes().forEach(log::note);
      }
      watch.lap("checkout");

      CrashPoint.WORKER_RUN_BEGUN.reached();
      secrets = store.give(job, command.wants().secrets());
      log.maskBy(secrets.masking());
      secrets.notes().forEach(log::note);
      HomeFolder.Home home = homeIn(place);
      DiskSpace.Watch disk = storage.disk().watch(); // last, because only PreparedRun closes it
      PreparedRun ready =
          new PreparedRun(
              place,
              home,
              workspaceIn(place),
              command,
              disk,
              new PreparedRun.Origin(mirror, submodules));
      prepared = ready; // so that it is closed if a later step fails
      ready.home().notes().forEach(log::note);
      RunPlaces all =
          new RunPlaces(place.tree(), ready.home().path(), place.temporary().path(), ready.needs());
      try {
        commands.prepare(all);
      } finally {
        surroundings = commands.surroundings(all);
      }
      return ready;
    }

    /** If the home cannot be used, the run gets an empty one, as that is not the commit's fault. */
    private HomeFolder.Home homeIn(SlotFolder.Place place)
        throws IOException, InterruptedException {
      Job job = run.job();
      try {
        return secrets.isEmpty()
            ? homes.prepare(job.repository(), job.trusted())
            : homes.prepareWithSecrets(job.repository());
      } catch (IOException e) {
        String why = FileTrouble.inWords(e);
        logger.warn("{}: its home cannot be used: {}", run, why);
        Path own = Files.createDirectory(place.path().resolve("home"));
        return new HomeFolder.Home(own, null, List.of("HOME is empty, and not kept: " + why));
      }
    }

    /**
     * Runs the command and judges its outcome; if there is no command to run, only judges.
     *
     * @param attempt the number of the attempt at the job, from 1
     */
    FinishedRun execute(int attempt) throws IOException, InterruptedException {
      try {
        return executed(attempt);
      } catch (IOException e) {
        throw secrets.masked(e);
      }
    }

    private FinishedRun executed(int attempt) throws IOException, InterruptedException {
      Judgement judgement = (refusal != null ? refusal : judge(attempt)).masked(secrets.masking());
      FileSummary printed = log.finish();
      FileSummary reported = cases.finish();
      Findings found =
          new Findings(
              judgement.tests(),
              printed,
              null,
              ending == null ? StepRecord.NONE : ending.record(),
              artifacts,
              markdown);
      Result result = result(run, attempt, watch, judgement, found, surroundings);
      return storage.logs().whole(result.withFiles(printed, reported));
    }

    private Judgement judge(int attempt) throws IOException, InterruptedException {
      try {
        return test(Objects.requireNonNull(prepared, "prepare comes first"), attempt);
      } catch (InvalidInputException e) {
        return Judgement.errored(String.valueOf(e.getMessage()));
      }
    }

    private Judgement test(PreparedRun what, int attempt) throws IOException, InterruptedException {
      watch.lap("start");
      StepRuns.Ending last;
      try (RunSteps steps =
          new RunSteps(
              new RunSteps.Slot(host, storage.disk(), commands),
              run,
              what,
              log,
              environment(what, attempt))) {
        last = new StepRuns(what.command(), log, steps).run();
      }
      ending = last;
      watch.lap("test");
      CrashPoint.WORKER_RUN_ENDED.reached();
      boolean isForItsOwnFiles = last.exit() instanceof OverLimit over && over.isOfDisk();
      if (Judgement.of(last, null, null).conclusion().outcome() != Outcome.PASSED
          && !isForItsOwnFiles) {
        what.disk().requireEnough();
      }
      artifacts = artifacts(what, last);
      markdown =
          SummaryFile.read(
              RunPlaces.summaryIn(what.place().temporary().path()), secrets.masking(), log::note);
      PathFilter reports = what.command().reports();
      TestCounts counts =
          TestReports.count(
              what.workspace()::writtenSince,
              what.place().tree(),
              log,
              cases,
              reports == null ? null : reports::matches);
      watch.lap("report");
      return Judgement.of(last, counts, cases.firstBad()).by(what.command().told());
    }

    /** Collects what the commit asks for after such an outcome, which it cannot change. */
    private @Nullable ArtifactSummary artifacts(PreparedRun what, StepRuns.Ending last)
        throws InterruptedException {
      ArtifactRule rule = what.command().wants().artifacts();
      boolean hasPassed = Judgement.of(last, null, null).conclusion().outcome() == Outcome.PASSED;
      if (rule == null || !rule.when().isMet(!hasPassed)) {
        return null;
      }
      return new ArtifactCollector(
              new ArtifactCollector.Limits(host.settings().disk().output().artifactBytes()),
              storage.logs().artifacts(run.id()),
              log::note,
              secrets.masking(),
              System::nanoTime)
          .collect(what.place().tree(), rule);
    }

    private Map<String, String> environment(PreparedRun what, int attempt) {
      Map<String, String> outside = surroundings.image() == null ? System.getenv() : Map.of();
      Map<String, String> all = new TreeMap<>(secrets.variables());
      all.putAll(
          new RunEnvironment(
                  run.job(), run.id(), what.home().path(), what.place().temporary().path())
              .environment(outside, attempt));
      return all;
    }

    /** Releases what the run used. Errors here are logged and do not change the result. */
    @Override
    public void close() {
      try {
        log.close();
      } catch (IOException e) {
        logger.warn("{}: its log cannot be closed: {}", run, e.toString());
      }
      if (prepared != null) {
        prepared.disk().close();
        homes.finish(prepared.home());
      }
      if (used != null) {
        places.tidy(used);
      }
      if (usesTree) {
        storage.trees().release(run.job().repository(), slot);
      }
    }
  }

  private Workspace workspaceIn(SlotFolder.Place place) {
    return workspaces.computeIfAbsent(
        place.tree(), tree -> new IncrementalWorkspace(tree, host.settings().disk().checkout()));
  }

  private Result result(
      Run run, int attempt, RunTimer watch, Judgement judgement, Findings found, Surroundings in) {
    return new Result(
        run.job().id(),
        new RunId(run.id(), attempt),
        judgement.conclusion(),
        new Execution(
            host.settings().name(),
            run.job().queuedAt(),
            watch.started(),
            watch.now(),
            watch.phases(),
            in),
        found,
        run.job());
  }
}
