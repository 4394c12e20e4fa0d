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
 * Writes the result files. {@code result.json} alone decides: it is created once and never changed.
 * Log, test cases and verdict are derived from it, again whenever a result of the job arrives
 * later. Every method may be repeated after it was interrupted. What a method stored is on disk
 * when it returns. Safe for use by many threads.
 */
public final class ResultStore {

  private static final Logger log = LoggerFactory.getLogger(ResultStore.class);

  /**
   * How long a result waits for its pieces, which other threads may be storing at the same time.
   */
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

  /** What happened to a result. */
  public enum Answer {
    /** The result is the job's result now. */
    STORED,
    /** The result was the job's result already. */
    KNOWN,
    /** The job has the result of another run; this one was added to its {@code attempts.jsonl}. */
    ATTEMPT,
    /** The result was not stored: pieces of its log, or of its test cases, are missing. */
    INCOMPLETE
  }

  /**
   * Stores a job, which is owed a result from now on. Of two different jobs with the same id, the
   * first one stays.
   */
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
   * Stores a piece of a run's file, unless the job has its result.
   *
   * @return false when the job has too many pieces already, or the piece lies beyond the longest
   *     possible file
   */
  public boolean add(FilePiece piece) throws IOException {
    Path folder = folders.job(piece.job());
    try (CommitLocks.Stripe stripe = locks.lock(piece.job())) {
      if (Files.exists(folder.resolve(ResultsFolder.RESULT))) {
        log.debug(
            "{}: a piece of run {}'s {} arrived late", piece.job(), piece.run(), piece.file());
        return true;
      }
      JobFiles files = new JobFiles(disk, folder);
      if (!files.hasRoomFor(piece)) {
        return false;
      }
      files.add(piece);
      CrashPoint.COORDINATOR_PIECE_STORED.reached();
      stripe.changed();
      if (files.isAssembled()) { // by a coordinator that became active meanwhile
        files.removePieces();
      }
    }
    return true;
  }

  /** Stores a result if it is the first of its job and its files are complete. */
  public Answer add(Result result) throws IOException, InterruptedException {
    return add(result, InlineFiles.NONE);
  }

  /** As {@link #add(Result)}, for a result with inline files. */
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
        // perhaps a coordinator that became active stored it and removed the pieces
        first = StoredResults.in(folder);
      }
      return first.isPresent() ? addLater(first.get(), result) : Answer.INCOMPLETE;
    }
  }

  /**
   * Stores a result if it is the first of its job, although pieces of its files are lost for good.
   */
  public Answer addWithoutWholeFiles(Result result) throws IOException {
    Path folder = folders.job(result.id());
    try (CommitLocks.Stripe unused = locks.lock(result.id())) {
      Optional<Result> first = StoredResults.in(folder);
      return first.isPresent()
          ? addLater(first.get(), result)
          : store(new JobFiles(disk, folder).markedIncomplete(result));
    }
  }

  /**
   * Stores a result of the coordinator's own, unless the job has a result.
   *
   * @return whether it is the job's result now
   */
  public boolean addUnlessJudged(Result own) throws IOException {
    try (CommitLocks.Stripe unused = locks.lock(own.id())) {
      if (isJudged(own.id())) {
        return false;
      }
      return store(own) == Answer.STORED;
    }
  }

  /** Adds a result that is not believed to its job's {@code attempts.jsonl}. */
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

  /** Whether a job has its result, and it is from this run. */
  public boolean isResultOf(JobId id, String run) throws IOException {
    return StoredResults.in(folders.job(id)).filter(result -> result.run().equals(run)).isPresent();
  }

  /** Whether a job is stored. */
  public boolean isKnown(JobId id) {
    return Files.exists(folders.job(id).resolve(ResultsFolder.JOB));
  }

  /** The state of a job. */
  public JobState state(JobId id) {
    boolean isJudged = isJudged(id);
    return JobState.of(isJudged || isKnown(id), isJudged);
  }

  /** A stored job; empty when it has not arrived. */
  public Optional<Job> job(JobId id) throws IOException {
    return StoredResults.jobIn(folders.job(id));
  }

  /** What is known of the runs of a job without a result. */
  public JobRuns starts(JobId id) throws IOException {
    return new StartsFile(disk, folders.job(id)).read();
  }

  /** Stores a message about a run, unless the job has its result. */
  public void addToStarts(JobId id, Message message) throws IOException {
    new StartsFile(disk, folders.job(id)).add(message);
    CrashPoint.COORDINATOR_START_STORED.reached();
  }

  /** Derives files and verdict of a stored result again, in case of a crash before. */
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

  private Answer store(Result reported) throws IOException {
    Path folder = folders.job(reported.id());
    Result result = withEarlier(reported);
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

  /** What is known of earlier attempts is deleted when the result is stored. */
  private Result withEarlier(Result reported) throws IOException {
    return reported.attempt() == 1
        ? reported
        : reported.withEarlier(CoordinatorResults.earlier(starts(reported.id()), reported.run()));
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

  /** Also flushes the names of {@code result.json} and of the run's files. */
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
