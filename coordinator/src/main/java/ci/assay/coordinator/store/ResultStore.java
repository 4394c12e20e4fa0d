package ci.assay.coordinator.store;

import ci.assay.common.CrashPoint;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.owed.OwedBook;
import ci.assay.message.InlineFiles;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result files. {@code result.json} is the only decision: it is created once and never changed;
 * log, test cases and verdict follow from it and are derived again whenever a result turns up that
 * is stored already. Every method may be repeated after it stopped half-way. What a method stored
 * is on the disk when it returns. Safe for use by many threads.
 */
public final class ResultStore {

  private static final Logger log = LoggerFactory.getLogger(ResultStore.class);

  /** Pieces are stored side by side with their result: one may still be on its way to the disk. */
  public static final Duration PIECES_IN_HAND = Duration.ofMillis(250);

  private final ResultsFolder folders;
  private final Disk disk;
  private final VerdictDeriver verdicts;
  private final VerdictListener listener;
  private final OwedBook owed;
  private final Duration piecesInHand;
  private final CommitLocks locks = new CommitLocks();

  /**
   * @param piecesInHand how long a result waits for pieces of its files that other threads may be
   *     storing
   */
  public ResultStore(
      ResultsFolder folders,
      Disk disk,
      VerdictListener listener,
      OwedBook owed,
      Duration piecesInHand) {
    this.folders = folders;
    this.disk = disk;
    this.verdicts = new VerdictDeriver(folders, disk);
    this.listener = new ContainedListener(listener);
    this.owed = owed;
    this.piecesInHand = piecesInHand;
  }

  /** What became of a result. */
  public enum Answer {
    /** It is the job's result now. */
    STORED,
    /** It was already. */
    KNOWN,
    /** The job has the result of another run; this one was kept beside it. */
    ATTEMPT,
    /** Nothing: pieces of its log, or of its test cases, are missing. */
    INCOMPLETE
  }

  /** Notes that a job is owed a result. Of two different jobs of one id the first one stays. */
  public void add(Job job) throws IOException {
    Path folder = folders.job(job.id());
    Path file = folder.resolve(ResultsFolder.JOB);
    try (CommitLocks.Stripe unused = locks.lock(job.id())) {
      if (Files.exists(file) || !create(file, Codec.encodePretty(job))) {
        warnWhenOther(job, file);
      }
      disk.sync(folder);
      if (!Files.exists(folder.resolve(ResultsFolder.RESULT))) {
        owed.owed(job);
      }
      listener.jobStored(job);
    }
    CrashPoint.COORDINATOR_JOB_STORED.reached();
  }

  /**
   * Keeps a piece of a run's file. Of a job that has its result no more pieces are wanted.
   *
   * @return false when the job's pieces are too many already, or the piece lies beyond what a run's
   *     file can be
   */
  public boolean add(FilePiece piece) throws IOException {
    Path folder = folders.job(piece.job());
    try (CommitLocks.Stripe stripe = locks.lock(piece.job())) {
      if (Files.exists(folder.resolve(ResultsFolder.RESULT))) {
        log.debug("{}: a piece of run {}'s {} came late", piece.job(), piece.run(), piece.file());
        return true;
      }
      JobFiles files = new JobFiles(disk, folder);
      if (!files.hasRoomFor(piece)) {
        return false;
      }
      files.add(piece);
      CrashPoint.COORDINATOR_PIECE_STORED.reached();
      stripe.changed();
      if (files.isAssembled()) { // by the coordinator that took over from us meanwhile
        files.removePieces();
      }
    }
    return true;
  }

  /** Stores a result if it is its job's first and its files are complete. */
  public Answer add(Result result) throws IOException, InterruptedException {
    return add(result, InlineFiles.NONE);
  }

  /** The same of a result that has files in it. */
  public Answer add(Result result, InlineFiles files) throws IOException, InterruptedException {
    try (CommitLocks.Stripe stripe = locks.lock(result.id())) {
      Path folder = folders.job(result.id());
      Optional<Result> first = StoredResults.in(folder);
      if (first.isEmpty()) {
        new JobFiles(disk, folder).add(result, files);
        CrashPoint.COORDINATOR_FILES_STORED.reached();
        if (awaitFiles(result, stripe)) {
          return store(result);
        }
        first = StoredResults.in(folder); // by a coordinator that cleared the pieces meanwhile
      }
      return first.isPresent() ? addLater(first.get(), result) : Answer.INCOMPLETE;
    }
  }

  /** Stores a result if it is its job's first, though pieces of its files are lost for good. */
  public Answer addWithoutWholeFiles(Result result) throws IOException {
    Path folder = folders.job(result.id());
    try (CommitLocks.Stripe unused = locks.lock(result.id())) {
      Optional<Result> first = StoredResults.in(folder);
      return first.isPresent()
          ? addLater(first.get(), result)
          : store(new JobFiles(disk, folder).saidIncomplete(result));
    }
  }

  /**
   * Stores a result that the coordinator itself gives, unless its job has one.
   *
   * @return whether it is the job's now
   */
  public boolean addUnlessJudged(Result own) throws IOException {
    try (CommitLocks.Stripe unused = locks.lock(own.id())) {
      if (isJudged(own.id())) {
        return false;
      }
      return store(own) == Answer.STORED;
    }
  }

  /** Keeps a result that is not believed, among those that are not its job's. */
  public void addUnproven(Result result) throws IOException {
    try (CommitLocks.Stripe unused = locks.lock(result.id())) {
      var isNew = new Attempts(disk, folders.job(result.id())).add(result);
      log.debug("{}: run {} is kept as an attempt: {}", result.id(), result.run(), isNew);
    }
  }

  /** Whether a job has its result. */
  public boolean isJudged(JobId id) {
    return Files.exists(folders.job(id).resolve(ResultsFolder.RESULT));
  }

  /** Whether a job has its result, and by this run. */
  public boolean isResultOf(JobId id, String run) throws IOException {
    return StoredResults.in(folders.job(id)).filter(result -> result.run().equals(run)).isPresent();
  }

  /** Whether a job has arrived. */
  public boolean isKnown(JobId id) {
    return Files.exists(folders.job(id).resolve(ResultsFolder.JOB));
  }

  /** How far a job is. */
  public JobState state(JobId id) {
    boolean isJudged = isJudged(id);
    return JobState.of(isJudged || isKnown(id), isJudged);
  }

  /** A job that has arrived. */
  public Optional<Job> job(JobId id) throws IOException {
    return StoredResults.jobIn(folders.job(id));
  }

  /** What is known of the runs of a job that has no result. */
  public JobRuns starts(JobId id) throws IOException {
    return new StartsFile(disk, folders.job(id)).read();
  }

  /** Notes what was said of a run; in vain when its job has its result. */
  public void addToStarts(JobId id, Message message) throws IOException {
    new StartsFile(disk, folders.job(id)).add(message);
    CrashPoint.COORDINATOR_START_STORED.reached();
  }

  /** Derives files and verdict of a stored result, as after a crash. */
  void deriveAgain(Result stored) throws IOException {
    try (CommitLocks.Stripe unused = locks.lock(stored.id())) {
      derive(stored);
    }
  }

  private boolean awaitFiles(Result result, CommitLocks.Stripe stripe)
      throws IOException, InterruptedException {
    JobFiles files = new JobFiles(disk, folders.job(result.id()));
    return stripe.await(() -> files.isComplete(result), piecesInHand);
  }

  private Answer store(Result result) throws IOException {
    Path folder = folders.job(result.id());
    if (!createResult(folder, Codec.encodePretty(result))) {
      return addLater(StoredResults.in(folder).orElseThrow(), result);
    }
    CrashPoint.COORDINATOR_RESULT_LINKED.reached();
    deriveFiles(result);
    listener.resultStored(result);
    deriveVerdict(result);
    CrashPoint.COORDINATOR_RESULT_DONE.reached();
    return Answer.STORED;
  }

  private boolean create(Path file, byte[] content) throws IOException {
    return disk.create(file, out -> out.write(content));
  }

  private boolean createResult(Path folder, byte[] content) throws IOException {
    return disk.create(
        folder.resolve(ResultsFolder.RESULT),
        out -> {
          out.write(content);
          CrashPoint.COORDINATOR_RESULT_WRITTEN.reached();
        });
  }

  private Answer addLater(Result first, Result later) throws IOException {
    derive(first);
    if (first.run().equals(later.run())) {
      return Answer.KNOWN;
    }
    boolean isNew = new Attempts(disk, folders.job(later.id())).add(later);
    CrashPoint.COORDINATOR_ATTEMPTS_STORED.reached();
    if (isNew) {
      log.warn(
          "{} has a result of run {}; kept run {} of {} as an attempt: {}",
          later.id(),
          first.run(),
          later.run(),
          later.worker(),
          later.outcome().word());
    }
    return Answer.ATTEMPT;
  }

  private void derive(Result stored) throws IOException {
    deriveFiles(stored);
    deriveVerdict(stored);
  }

  /** Also puts the names of {@code result.json} and of the run's files on the disk. */
  private void deriveFiles(Result stored) throws IOException {
    Path folder = folders.job(stored.id());
    JobFiles files = new JobFiles(disk, folder);
    files.assemble(stored);
    CrashPoint.COORDINATOR_LOG_ASSEMBLED.reached();
    disk.sync(folder);
    files.removePieces();
    new StartsFile(disk, folder).remove();
    owed.judged(stored.id());
  }

  private void deriveVerdict(Result stored) throws IOException {
    Optional<Verdict> verdict = verdicts.derive(stored);
    CrashPoint.COORDINATOR_VERDICT_WRITTEN.reached();
    verdict.ifPresent(listener::verdictStored);
  }

  private static void warnWhenOther(Job job, Path file) throws IOException {
    Job first = Codec.decodeFile(Files.readAllBytes(file), Job.class);
    if (!first.asksTheSameAs(job)) {
      log.warn(
          "{} was asked for twice, with different content; the first one counts: {}",
          job.id(),
          file);
    }
  }
}
