package ci.assay.systemtest.branches;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.Route;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.active.ActiveFlag;
import ci.assay.coordinator.active.Identity;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.intake.Admission;
import ci.assay.coordinator.intake.MessageHandler;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.coordinator.owed.PresenceBoard;
import ci.assay.coordinator.owed.RunPermissions;
import ci.assay.coordinator.refs.RefTipsFiles;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.DiskWatch;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoreId;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.index.BranchLine;
import ci.assay.index.Index;
import ci.assay.index.IndexRebuild;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.observer.job.JobPlanner;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.poll.RefPoller;
import ci.assay.observer.poll.RepositoryWatch;
import ci.assay.observer.refs.RefReporter;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.ListSequence;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jgit.lib.ObjectId;

/** An observer, a coordinator and an index. The test itself delivers the messages between them. */
final class WithoutBroker implements AutoCloseable {

  private static final String NAME = "bottle";
  private static final Duration REPEAT = Duration.ofMinutes(5);

  private final Path folder;
  private final Repository repository;
  private final List<OutgoingMessage> onTheirWay = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-23T01:02:03Z");
  private long nanos;
  private int runs;

  private MirrorStore mirrors;
  private Cursor cursor;
  private RepositoryWatch watch;

  private ResultStore store;
  private MessageHandler handler;
  private Index index;

  WithoutBroker(Path folder, TestRepository git) {
    this.folder = folder;
    this.repository = git.asRepository(NAME);
    this.mirrors = new MirrorStore(folder.resolve("mirrors"));
    this.cursor = openCursor();
    this.watch = openWatch();
    ResultsFolder folders = new ResultsFolder(folder.resolve("results"));
    Disk disk = new Disk(folders);
    assertThat(new DiskWatch(folders, disk).isWritable()).isTrue();
    this.store = openStore(folders, disk);
    this.handler = openHandler(folders, disk);
    this.index = Index.open(folder.resolve("index/assay.db"));
  }

  private Clock clock() {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private Cursor openCursor() {
    return Cursor.open(folder.resolve("cursors"), NAME, now);
  }

  private RepositoryWatch openWatch() {
    WatchedRepository watched =
        new WatchedRepository(
            JobTerms.of(repository),
            List.of(),
            CommitSelection.EVERY,
            1,
            WatchedRepository.DEFAULT_INTERVAL);
    Mirror mirror = mirrors.mirrorOf(repository);
    JobPlanner planner = new JobPlanner(watched.terms(), mirror.repository());
    RefReporter reporter =
        new RefReporter(
            NAME,
            mirror.repository(),
            ListSequence.open(folder.resolve("refs"), NAME),
            message -> {
              onTheirWay.add(message);
              return CompletableFuture.completedFuture(null);
            },
            new RefReporter.Timing(REPEAT, clock(), () -> nanos));
    RefPoller.Listener listener =
        new RefPoller.Listener() {
          @Override
          public void planned(List<PlannedCommit> commits) {
            for (PlannedCommit each : commits) {
              planner.jobsOf(each).forEach(job -> onTheirWay.add(OutgoingMessage.job(job)));
            }
          }

          @Override
          public void observed(Map<String, ObjectId> refs) {
            reporter.observed(refs);
          }
        };
    return new RepositoryWatch(
        watched, new RefPoller(watched, mirror, cursor, clock(), listener), PollListener.none());
  }

  private static ResultStore openStore(ResultsFolder folders, Disk disk) {
    return new ResultStore(
        folders,
        disk,
        VerdictListener.none(),
        new OwedBook(Duration.ofMinutes(2), System::nanoTime),
        Duration.ZERO);
  }

  private MessageHandler openHandler(ResultsFolder folders, Disk disk) {
    ActiveFlag flag =
        new ActiveFlag(Duration.ofSeconds(15), () -> true, () -> {}, System::nanoTime);
    flag.consumes(true);
    Identity self = new Identity("test", new StoreId(folders, disk));
    return new MessageHandler(
        new MessageHandler.Stores(store, new RefTipsFiles(folders, disk, VerdictListener.none())),
        new Admission(
            store,
            new RunPermissions(Duration.ofSeconds(30), System::nanoTime),
            new PresenceBoard(Duration.ofSeconds(10), System::nanoTime)),
        new Ticker(message -> CompletableFuture.completedFuture(null), self, clock()),
        flag,
        resend -> {},
        clock());
  }

  /** The observer polls the repository. */
  void look() {
    assertThat(watch.pollOnce()).isEmpty();
  }

  /** Lets so much time pass that the observer reports unchanged refs again. */
  void passTime() {
    nanos += REPEAT.toNanos();
  }

  /**
   * @param withItsNumbers whether the file with the number of the latest list is lost too
   */
  void restartObserver(boolean withItsNumbers) throws Exception {
    cursor.close();
    mirrors.close();
    if (withItsNumbers) {
      Files.deleteIfExists(folder.resolve("refs").resolve(NAME));
    }
    now = now.plusSeconds(1);
    mirrors = new MirrorStore(folder.resolve("mirrors"));
    cursor = openCursor();
    watch = openWatch();
  }

  /**
   * @param withItsIndex whether the index is lost too
   */
  void restartCoordinator(boolean withItsIndex) throws Exception {
    ResultsFolder folders = new ResultsFolder(folder.resolve("results"));
    Disk disk = new Disk(folders);
    store = openStore(folders, disk);
    handler = openHandler(folders, disk);
    if (withItsIndex) {
      index.close();
      for (String end : List.of("", "-wal", "-shm")) {
        Files.deleteIfExists(folder.resolve("index/assay.db" + end));
      }
      index = Index.open(folder.resolve("index/assay.db"));
      index();
    }
  }

  /** Delivers in random order, loses, duplicates and delays messages; no job is lost. */
  void deliverBadly(Random random) throws Exception {
    List<OutgoingMessage> told = new ArrayList<>();
    for (OutgoingMessage message : List.copyOf(onTheirWay)) {
      boolean isLost = random.nextInt(4) == 0 && message.routingKey().startsWith(":");
      boolean isLate = random.nextInt(4) == 0;
      if (isLost || !isLate) {
        onTheirWay.remove(message);
      }
      if (!isLost) {
        told.addAll(Collections.nCopies(1 + random.nextInt(2), message));
      }
    }
    Collections.shuffle(told, random);
    for (OutgoingMessage message : told) {
      deliver(message);
    }
  }

  /** Delivers all messages that are left, older ones perhaps after newer ones. */
  void deliverAll(Random random) throws Exception {
    Collections.shuffle(onTheirWay, random);
    for (OutgoingMessage message : onTheirWay) {
      deliver(message);
    }
    onTheirWay.clear();
  }

  private void deliver(OutgoingMessage message) throws Exception {
    Disposition decided =
        handler.handle(
            new IncomingMessage(
                new Route("assay.results", message.exchange(), message.routingKey()),
                message.id(),
                message.contentType(),
                message.headers(),
                false,
                message.body()));
    assertThat(decided).isEqualTo(Disposition.ack());
  }

  List<Job> owed() {
    return reader().repositories().contains(NAME) ? reader().pending(NAME) : List.of();
  }

  void judge(Job job, Outcome outcome) throws Exception {
    Instant at = now;
    Result result =
        new Result(
            job.id(),
            new RunId("run-" + runs++, 1),
            new Conclusion(outcome, null, null, outcome.word()),
            new Execution("host-1", job.queuedAt(), at, at, Map.of()),
            new Findings(null, new FileSummary(0, false, null), null),
            job);
    assertThat(store.add(result)).isEqualTo(ResultStore.Answer.STORED);
  }

  /**
   * Brings the index up to date with the files, like a coordinator that was told of all changes.
   */
  void index() {
    var unused = new IndexRebuild(index, reader(), clock()).run();
  }

  /** The status that is shown for each branch: the word of its outcome, or {@code none}. */
  Map<String, String> statuses() {
    Map<String, String> statuses = new HashMap<>();
    for (BranchLine branch : index.commits().branches(NAME, 1_000)) {
      Outcome outcome = branch.outcome();
      statuses.put(branch.ref(), outcome == null ? "none" : outcome.word());
    }
    return statuses;
  }

  /** Tips that will never be tested. */
  List<String> untestedTips() {
    return index.commits().branches(NAME, 1_000).stream()
        .filter(
            branch -> branch.tip() != null && index.commits().commit(NAME, branch.tip()).isEmpty())
        .map(BranchLine::ref)
        .toList();
  }

  private ResultReader reader() {
    return new ResultReader(folder.resolve("results"));
  }

  @Override
  public void close() {
    cursor.close();
    mirrors.close();
    index.close();
  }
}
