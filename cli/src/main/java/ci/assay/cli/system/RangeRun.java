package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.cli.console.LiveLines;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.cli.process.Closer;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.run.RunFolders;
import ci.assay.cli.run.RunProgress;
import ci.assay.cli.run.RunView;
import ci.assay.cli.run.Subjects;
import ci.assay.cli.value.HostName;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.git.GitException;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Verdict;
import ci.assay.observer.job.RangeJobs;
import ci.assay.observer.settings.JobTerms;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.SecretSource;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code assay run}: a broker, a coordinator and a worker, until all commits are tested.
 */
public final class RangeRun {

  private static final Duration REDRAW = Duration.ofMillis(200);

  /**
   * What to run.
   *
   * @param results null for a new folder
   * @param json whether verdicts are printed as JSON
   * @param broker null for the embedded one
   */
  public record Request(
      JobTerms terms,
      String range,
      Runs runs,
      @Nullable Path results,
      boolean json,
      @Nullable BrokerAddress broker) {}

  /**
   * How to run the commits.
   *
   * @param atOnce how many at a time; null for one per processor
   * @param secrets what they may be given
   */
  public record Runs(@Nullable Integer atOnce, Isolation isolation, List<SecretSource> secrets) {}

  private final CommandContext context;
  private final Request request;
  private final RunFolders folders;

  public RangeRun(CommandContext context, Request request) {
    this.context = context;
    this.request = request;
    this.folders = new RunFolders(context.cacheFolder(), context.clock());
  }

  /** Tests the commits; returns the exit code. */
  public int run() throws Exception {
    StopSignal stop = context.stop();
    try (Closer closer = new Closer()) {
      Path work = closer.add(folders.freeWorkFolder()).folder();
      MirrorStore mirrors = closer.add(new MirrorStore(work.resolve("mirrors")));
      RangeJobs range = new RangeJobs(mirrors, context.clock());
      List<Job> jobs = range.jobs(request.terms(), request.range());
      Subjects subjects = Subjects.of(request.terms().repository(), jobs, mirrors);
      LiveLines live = closer.add(new LiveLines(context.terminal()));
      RunView view = new RunView(context.terminal(), live, subjects, request.json());
      return run(jobs, view, live, work, stop);
    } catch (GitException e) {
      throw new CannotRunException(String.valueOf(e.getMessage()), e);
    }
  }

  private int run(List<Job> jobs, RunView view, LiveLines live, Path work, StopSignal stop)
      throws Exception {
    Path results = results();
    List<Job> commits = oneOfEach(jobs);
    Map<CommitId, Verdict> judged = judged(commits, results);
    List<Job> open = jobs.stream().filter(job -> !judged.containsKey(job.commit())).toList();
    int slots = slots(open.size());
    view.begin(commits.size(), judged.values(), slots, results);
    RunProgress progress = new RunProgress(commits.size() - judged.size(), view::verdict);
    if (!open.isEmpty()) {
      try (Closer closer = new Closer()) {
        LocalSystem system =
            closer.add(new LocalSystem(broker(closer), context.clock(), stop::ask));
        if (stop.start(() -> start(system, progress, results, work, slots))
            && stop.start(() -> publish(system.broker(), open))) {
          follow(progress, view, live, stop);
        }
      }
    }
    Map<CommitId, Verdict> verdicts = new HashMap<>(judged);
    verdicts.putAll(progress.verdicts());
    live.close();
    boolean allPassed = view.end(commits, verdicts, results);
    if (stop.isAsked() && verdicts.size() < commits.size()) {
      return ExitCode.INTERRUPTED;
    }
    return allPassed ? ExitCode.OK : ExitCode.NOT_PASSED;
  }

  /** One job of each commit, in the order of the commits. */
  private static List<Job> oneOfEach(List<Job> jobs) {
    Map<CommitId, Job> first = new LinkedHashMap<>();
    jobs.forEach(job -> first.putIfAbsent(job.commit(), job));
    return List.copyOf(first.values());
  }

  private Path results() {
    Path named = request.results();
    return named != null ? named : folders.newResults(request.terms().repository().name());
  }

  private static Map<CommitId, Verdict> judged(List<Job> jobs, Path results) {
    ResultReader reader = new ResultReader(results);
    Map<CommitId, Verdict> judged = new LinkedHashMap<>();
    for (Job job : jobs) {
      reader
          .verdict(job.repository().name(), job.commit())
          .ifPresent(verdict -> judged.put(job.commit(), verdict));
    }
    return judged;
  }

  private int slots(int open) {
    Integer asked = request.runs().atOnce();
    int most = asked != null ? asked : Runtime.getRuntime().availableProcessors();
    return Math.max(1, Math.min(most, open));
  }

  private BrokerAddress broker(Closer closer) {
    BrokerAddress given = request.broker();
    return given != null ? given : closer.add(EmbeddedBroker.inMemory()).address();
  }

  private void start(LocalSystem system, RunProgress progress, Path results, Path work, int slots)
      throws InterruptedException {
    system.startCoordinator(results, progress);
    WorkerSettings worker =
        LocalWorkers.settings(
                system.broker(),
                HostName.get(),
                slots,
                work.resolve("worker"),
                request.terms().timeout())
            .isolatedBy(request.runs().isolation())
            .giving(request.runs().secrets());
    system.startWorker(request.broker() == null ? worker.alone() : worker, progress);
  }

  private static void publish(BrokerAddress broker, List<Job> jobs) throws Exception {
    Set<String> pools = jobs.stream().map(Job::pool).collect(Collectors.toSet());
    try (BrokerConnection connection = BrokerConnection.forPublishing(broker, "assay run");
        ConfirmedPublisher publisher = new ConfirmedPublisher(connection, () -> pools)) {
      connection.start();
      publisher.start();
      publisher.publishAll(jobs.stream().map(OutgoingMessage::job).toList());
    }
  }

  private static void follow(RunProgress progress, RunView view, LiveLines live, StopSignal stop)
      throws InterruptedException {
    while (!progress.await(REDRAW) && !stop.isAsked()) {
      live.show(view.lines(progress));
    }
  }
}
