package ci.assay.cli.system;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.demo.DemoCommit;
import ci.assay.cli.demo.DemoRepository;
import ci.assay.cli.demo.DemoView;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.cli.process.Closer;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.run.RunProgress;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of {@code assay demo}. */
public final class DemoRun {

  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration TICK = Duration.ofMillis(100);

  /** How many commits each push brings. */
  private static final List<Integer> PUSHES = List.of(1, 2, 3);

  private final CommandContext context;
  private final Path folder;
  private final @Nullable BrokerAddress given;

  /**
   * @param broker null for the embedded one
   */
  public DemoRun(CommandContext context, Path folder, @Nullable BrokerAddress broker) {
    this.context = context;
    this.folder = folder;
    this.given = broker;
  }

  /** Runs the demo; returns the exit code. */
  public int run() throws Exception {
    StopSignal stop = context.stop();
    try (Closer closer = new Closer()) {
      DemoRepository repository =
          closer.add(DemoRepository.in(folder.resolve("greeting.git"), context.clock()));
      DemoView view = new DemoView(context.terminal());
      view.begin(folder);
      RunProgress progress = new RunProgress(DemoCommit.story().size(), view::verdict);
      try (Closer system = new Closer()) {
        if (stop.start(() -> start(system, repository, progress, stop))) {
          tell(repository, progress, view, stop);
        }
      }
      if (stop.isAsked()) {
        return ExitCode.INTERRUPTED;
      }
      return view.end(folder.resolve("results"), progress.verdicts())
          ? ExitCode.OK
          : ExitCode.CANNOT_RUN;
    }
  }

  private void start(
      Closer closer, DemoRepository repository, RunProgress progress, StopSignal stop)
      throws InterruptedException {
    BrokerAddress broker = given != null ? given : closer.add(EmbeddedBroker.inMemory()).address();
    LocalSystem system = closer.add(new LocalSystem(broker, context.clock(), stop::ask));
    system.startCoordinator(folder.resolve("results"), progress);
    for (String name : List.of("worker-1", "worker-2")) {
      system.startWorker(
          LocalWorkers.settings(broker, name, 1, folder.resolve(name), Job.DEFAULT_TIMEOUT),
          progress);
    }
    WatchedRepository watched =
        new WatchedRepository(
            JobTerms.of(repository.asRepository()), List.of(), CommitSelection.EVERY, 1, INTERVAL);
    system.startObserver(folder.resolve("observer"), List.of(watched), PollListener.none());
  }

  /** Pushes the commits in several steps, as on a real repository, and waits for the verdicts. */
  private void tell(DemoRepository repository, RunProgress progress, DemoView view, StopSignal stop)
      throws InterruptedException {
    List<DemoCommit> story = DemoCommit.story();
    int next = 0;
    for (int count : PUSHES) {
      List<DemoCommit> now = story.subList(next, next + count);
      List<CommitId> ids = repository.commit(now);
      view.pushed(ids, now);
      repository.push();
      next += count;
      follow(progress, next == story.size() ? next : next - count + 1, stop);
    }
  }

  private static void follow(RunProgress progress, int verdicts, StopSignal stop)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    boolean enough = false;
    while (!enough && !stop.isAsked() && System.nanoTime() < deadline) {
      enough = progress.await(verdicts, TICK);
    }
  }
}
