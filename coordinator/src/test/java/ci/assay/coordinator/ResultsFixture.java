package ci.assay.coordinator;

import ci.assay.broker.Outgoing;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Resend;
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

/** A result store on a folder, and what can be seen of it from outside. */
final class ResultsFixture implements VerdictListener {

  final ResultsFolder folders;
  final Disk disk;
  final OwedBook owed = new OwedBook(Duration.ofMinutes(2), this::nanos);
  final Grants grants = new Grants(Duration.ofSeconds(30), this::nanos);
  final PresenceBoard board = new PresenceBoard(Duration.ofSeconds(10), this::nanos);
  final ResultStore store;
  private long nanos;
  final DiskWatch watch;
  final List<Outgoing> published = new CopyOnWriteArrayList<>();
  final Identity self;
  final Ticker ticker;
  final ActiveFlag flag;
  final Collection<Resend> resends = new ConcurrentLinkedQueue<>();
  final Collection<Result> results = new ConcurrentLinkedQueue<>();
  final Collection<Verdict> verdicts = new ConcurrentLinkedQueue<>();

  ResultsFixture(Path root) {
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
    this.flag = new ActiveFlag(Duration.ofSeconds(15), () -> true, () -> {});
    flag.consumes(true);
  }

  /** Decides about what is in the results queue. */
  MessageHandler messages(Clock clock) {
    return new MessageHandler(store, grants, ticker, flag, resends::add, clock);
  }

  private long nanos() {
    return nanos;
  }

  /** Time goes by for the memory of what was owed, granted and seen. */
  void pass(Duration time) {
    nanos += time.toNanos();
  }

  private CompletableFuture<Void> publish(Outgoing message) {
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

  Path file(JobId id, String name) {
    return folders.job(id).resolve(name);
  }

  Result stored(Job job) throws IOException {
    return StoredResults.in(folders.job(job.id())).orElseThrow();
  }

  Verdict verdict(Job job) throws IOException {
    return Codec.decodeVerdict(
        Files.readAllBytes(folders.commit(job.id()).resolve(ResultsFolder.VERDICT)));
  }

  String log(Job job) throws IOException {
    return Files.readString(file(job.id(), ResultsFolder.LOG));
  }

  /** The names of all files below the commit's folder. */
  List<String> files(Job job) throws IOException {
    Path commit = folders.commit(job.id());
    try (Stream<Path> all = Files.walk(commit)) {
      return all.filter(Files::isRegularFile)
          .map(path -> commit.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  List<Path> temporaryFiles() throws IOException {
    return ResultsFolder.list(folders.temporary());
  }
}
