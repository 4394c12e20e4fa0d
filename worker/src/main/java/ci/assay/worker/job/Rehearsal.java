package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CrashPoint;
import ci.assay.git.GitException;
import ci.assay.git.MirrorStore;
import ci.assay.message.RunStarted;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Repository;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.thread.Threads;
import ci.assay.wire.Codec;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the work of jobs that nobody asked for while there is nothing to do, so that Java has loaded
 * and compiled that code before the first real job comes. The jobs' commits are in a repository of
 * its own, they run no command, and nothing is published; all its files are in one folder, which is
 * deleted in the end. It pauses when a real job comes, and takes half of one processor for some
 * seconds at most. Nothing depends on it.
 */
public final class Rehearsal implements AutoCloseable {

  /** The name of its folder in the work folder. */
  static final String FOLDER = "rehearsal";

  private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final int JOBS = 250;

  /** After this many real runs there is nothing left to learn. */
  private static final int ENOUGH = 100;

  private final WorkerSettings settings;
  private final InstantSource clock;
  private final ActiveRuns runs;
  private final Path folder;
  private final Thread thread = Threads.daemon("rehearsal", this::rehearseWhenIdle);
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param runs the real ones, which come first
   */
  public Rehearsal(WorkerSettings settings, InstantSource clock, ActiveRuns runs) {
    this.settings = settings;
    this.clock = clock;
    this.runs = runs;
    this.folder = settings.work().resolve(FOLDER);
  }

  /** Begins in the background, soon. Does nothing in a process that is to end at a crash point. */
  public void start() {
    if (!CrashPoint.isAnyWanted()) {
      thread.start();
    }
  }

  private void rehearseWhenIdle() {
    try {
      int done = 0;
      while (done < JOBS && runs.asked() < ENOUGH && !isClosed()) {
        awaitIdle();
        done += isClosed() ? 0 : rehearse(JOBS - done);
      }
      log.debug("{} jobs were rehearsed", done);
    } catch (IOException | GitException | RuntimeException e) {
      log.debug("the rehearsal ended early", e);
    } catch (InterruptedException e) {
      log.debug("the rehearsal ended with its worker");
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void awaitIdle() throws InterruptedException {
    int before;
    do {
      before = runs.asked();
      if (closed.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } while (runs.size() > 0 || runs.asked() != before);
  }

  /** Returns how many jobs were done. */
  int rehearse(int most) throws IOException, GitException, InterruptedException {
    FileTree.delete(folder);
    try {
      WorkFolder work = new WorkFolder(folder.resolve("work"));
      work.create();
      work.prepare();
      Path repository = folder.resolve("repository.git");
      List<CommitId> commits = RehearsalRepository.create(repository);
      try (MirrorStore mirrors = MirrorStore.borrowing(work.mirrors(), settings.disk().fetch());
          Quarantine quarantine = new Quarantine(work)) {
        return rehearse(
            work,
            quarantine,
            mirrors,
            new Jobs(new Repository(FOLDER, repository.toString()), commits),
            most);
      }
    } finally {
      FileTree.delete(folder);
    }
  }

  private int rehearse(
      WorkFolder work, Quarantine quarantine, MirrorStore mirrors, Jobs jobs, int most)
      throws IOException, GitException, InterruptedException {
    RunFiles files = new RunFiles(work, settings.disk().output().logCapBytes(), clock);
    Spool spool = new Spool(work.spool(), files);
    JobRunner runner =
        new JobRunner(
            new JobRunner.Host(settings, clock, this::isClosed),
            new JobRunner.Sources(mirrors, mirrors, new RepositoryBackoff(System::nanoTime)),
            new JobRunner.Storage(
                work,
                files,
                new DiskSpace(DiskSpace.Gauge.of(work.root()), settings.disk().minFreeBytes()),
                new KeptTrees(work, quarantine, settings.disk().keepTrees(), clock),
                quarantine),
            1,
            new NoCommands());
    int real = runs.asked();
    int done = 0;
    while (done < most && !isClosed() && runs.asked() == real) {
      long start = System.nanoTime();
      rehearse(runner, spool, jobs.get(done));
      done++;
      boolean unused =
          closed.await(System.nanoTime() - start, TimeUnit.NANOSECONDS); // others come first
    }
    return done;
  }

  private void rehearse(JobRunner runner, Spool spool, Job wanted)
      throws IOException, GitException, InterruptedException {
    Job job = Codec.decode(OutgoingMessage.job(wanted).body(), Job.class);
    Run run = new Run(job, UlidCreator.getMonotonicUlid().toString());
    try (JobRunner.Session session = runner.open(run)) {
      session.prepare();
      var unused =
          OutgoingMessage.started(
              new RunStarted(job.id(), run.id(), settings.name(), clock.instant()));
      Disposition.Ack delivery = spool.deliver(session.execute(1));
      delivery.publishFirst().forEach(message -> log.trace("{}", message));
      delivery.callback().confirmed();
    }
  }

  /** The jobs, again and again. */
  private record Jobs(Repository repository, List<CommitId> commits) {
    Job get(int number) {
      CommitId commit = commits.get(number % commits.size());
      return new Job(
          JobId.of(repository.name(), commit, Variant.DEFAULT.name()),
          new Revision(repository, commit, null, List.of(), RehearsalRepository.BRANCH),
          new Task(Variant.DEFAULT, 1, "true", Job.DEFAULT_POOL, Job.DEFAULT_TIMEOUT.toSeconds()),
          new Origin(Instant.EPOCH, "rehearsal", null, true));
    }
  }

  /** Says of each command that it succeeded. */
  private static final class NoCommands implements CommandExecutor {
    @Override
    public String name() {
      return CommandRunner.NAME;
    }

    @Override
    public void prepare(RunPlaces places) {}

    @Override
    public CommandExit run(CommandRunner.Command command, RunLog output) {
      output.note("nothing is run");
      return new CommandExit.Exited(0);
    }

    @Override
    public void kill(String run) {}

    @Override
    public void close() {}
  }

  /**
   * Ends it after the job that it does, and waits until its folder is deleted. That takes
   * milliseconds unless the machine is overloaded; the next start deletes what is left then.
   */
  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    thread.join(END_LIMIT.toMillis());
  }
}
