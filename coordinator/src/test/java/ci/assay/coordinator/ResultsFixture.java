package ci.assay.coordinator;

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
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoreId;
import ci.assay.coordinator.store.StoredResults;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunStarted;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A result store on a folder, with its listener, and a view of its files. */
public final class ResultsFixture implements VerdictListener {

  public final ResultsFolder folders;
  public final Disk disk;
  public final OwedBook owed = new OwedBook(Duration.ofMinutes(2), this::nanos);
  public final RunPermissions permissions = new RunPermissions(Duration.ofSeconds(30), this::nanos);
  public final PresenceBoard board = new PresenceBoard(Duration.ofSeconds(10), this::nanos);
  public final ResultStore store;
  private long nanos;
  public final DiskWatch watch;
  public final List<OutgoingMessage> published = new CopyOnWriteArrayList<>();
  public final Identity self;
  public final Ticker ticker;
  final ActiveFlag flag;
  public final Collection<ResendRequest> resends = new ConcurrentLinkedQueue<>();
  public final Collection<Result> results = new ConcurrentLinkedQueue<>();
  public final Collection<Verdict> verdicts = new ConcurrentLinkedQueue<>();
  public final Collection<RefTips> tips = new ConcurrentLinkedQueue<>();

  public ResultsFixture(Path root) {
    this(root, Duration.ZERO);
  }

  ResultsFixture(Path root, Duration piecesInHand) {
    this.folders = new ResultsFolder(root);
    this.disk = new Disk(folders);
    this.store = new ResultStore(folders, disk, this, owed, piecesInHand);
    this.watch = new DiskWatch(folders, disk);
    watch.isWritable();
    this.self = new Identity("test", new StoreId(folders, disk));
    this.ticker = new Ticker(this::publish, self, Clock.systemUTC());
    this.flag = new ActiveFlag(Duration.ofSeconds(15), () -> true, () -> {}, this::nanos);
    flag.consumes(true);
  }

  /** A handler of the messages in the results queue, on this store. */
  public MessageHandler messages(Clock clock) {
    return new MessageHandler(
        new MessageHandler.Stores(store, new RefTipsFiles(folders, disk, this)),
        new Admission(store, permissions, board),
        ticker,
        flag,
        resends::add,
        clock);
  }

  /** Lets the coordinator have been active for a minute. */
  public void settle() {
    for (int i = 0; i < 6; i++) {
      flag.received();
      pass(Duration.ofSeconds(10));
    }
    flag.received();
  }

  /** Stores the job of a result and the start of its run, which come before the result. */
  public void begun(Result result) throws IOException {
    store.add(result.about());
    store.addToStarts(
        result.id(),
        new RunStarted(result.id(), result.run(), result.worker(), result.startedAt()));
  }

  private long nanos() {
    return nanos;
  }

  /** Advances the monotonic clock of owed jobs, permissions and presences. */
  public void pass(Duration time) {
    nanos += time.toNanos();
  }

  private CompletableFuture<Void> publish(OutgoingMessage message) {
    published.add(message);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void resultStored(Result result) {
    results.add(result);
  }

  @Override
  public void verdictStored(Verdict verdict) {
    verdicts.add(verdict);
  }

  @Override
  public void tipsStored(RefTips list) {
    tips.add(list);
  }

  public Path file(JobId id, String name) {
    return folders.job(id).resolve(name);
  }

  public Result stored(Job job) throws IOException {
    return StoredResults.in(folders.job(job.id())).orElseThrow();
  }

  public Verdict verdict(Job job) throws IOException {
    return Codec.decodeVerdict(
        Files.readAllBytes(folders.commit(job.id()).resolve(ResultsFolder.VERDICT)));
  }

  public String log(Job job) throws IOException {
    return Files.readString(file(job.id(), ResultsFolder.LOG));
  }

  /** The names of all files below the commit's folder. */
  public List<String> files(Job job) throws IOException {
    Path commit = folders.commit(job.id());
    try (Stream<Path> all = Files.walk(commit)) {
      return all.filter(Files::isRegularFile)
          .map(path -> commit.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  public List<Path> temporaryFiles() throws IOException {
    return ResultsFolder.list(folders.temporary());
  }
}
