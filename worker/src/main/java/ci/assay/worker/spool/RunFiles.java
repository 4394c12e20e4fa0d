package ci.assay.worker.spool;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.InlineFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.worker.artifact.ArtifactFiles;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs, test cases and artifacts of runs on the worker's disk. Each is kept for an hour after
 * its result was confirmed, in case the coordinator misses a piece. Thread-safe.
 */
public final class RunFiles {

  static final Duration KEPT = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(RunFiles.class);
  private static final Duration BETWEEN_TIDYING = Duration.ofMinutes(1);

  private final Path folder;
  private final SpoolFolder spool;
  private final long cap;
  private final InstantSource clock;
  private final Map<String, RunLog> written = new ConcurrentHashMap<>();
  private Instant tidied = Instant.EPOCH;

  public RunFiles(WorkFolder work, long cap, InstantSource clock) {
    this.folder = work.logs();
    this.spool = new SpoolFolder(work.spool());
    this.cap = cap;
    this.clock = clock;
  }

  /** A log for a new run; the caller closes it. */
  public RunLog begin(String run) {
    tidyNowAndThen();
    RunLog begun = new RunLog(file(run, RunFile.LOG), cap, () -> written.remove(run));
    written.put(run, begun);
    return begun;
  }

  /** The log of a run that is under way. */
  public Optional<RunLog> written(String run) {
    return Optional.ofNullable(written.get(run));
  }

  /** The file for the test cases of a new run. */
  public CaseFile cases(String run) {
    return new CaseFile(file(run, RunFile.TESTS), CaseFile.MOST_BYTES);
  }

  /** The files for the artifacts of a new run, which do not exist yet. */
  public ArtifactFiles artifacts(String run) {
    return new ArtifactFiles(file(run, RunFile.ARTIFACTS), file(run, RunFile.MANIFEST));
  }

  private Path file(String run, RunFile kind) {
    return folder.resolve(run + "." + kind.word());
  }

  /** A result with its files, without those that are lost. */
  FinishedRun finished(Result result) {
    Optional<InlineFiles> inline = inlineUnlessTroubled(result);
    if (inline.isPresent()) {
      return new FinishedRun(result, inline.get(), List.of());
    }
    List<List<OutgoingMessage>> pieces = new ArrayList<>();
    FileSummary cases = result.cases();
    Result left =
        result
            .withFiles(
                take(result, RunFile.LOG, result.log(), pieces),
                cases == null ? null : take(result, RunFile.TESTS, cases, pieces))
            .withArtifacts(takeArtifacts(result, pieces));
    return new FinishedRun(left, InlineFiles.NONE, LazyList.joined(pieces));
  }

  /**
   * A new result with its files.
   *
   * @throws IOException when a file is not as it was written
   */
  public FinishedRun whole(Result result) throws IOException {
    Optional<InlineFiles> inline = inline(result);
    if (inline.isPresent()) {
      return new FinishedRun(result, inline.get(), List.of());
    }
    List<List<OutgoingMessage>> pieces = new ArrayList<>();
    for (RunFile kind : RunFile.values()) {
      FileSummary summary = result.summaryOf(kind);
      Path file = file(result.run(), kind);
      pieces.add(FilePieces.of(kind, result.id(), result.run(), file, summary));
    }
    return new FinishedRun(result, InlineFiles.NONE, LazyList.joined(pieces));
  }

  /** The run's files, if they are short enough to travel in its result; else empty. */
  private Optional<InlineFiles> inline(Result result) throws IOException {
    if (bytesOfAllFiles(result) > InlineFiles.MOST_BYTES) {
      return Optional.empty();
    }
    Optional<InlineFiles> files = Optional.of(InlineFiles.NONE);
    for (RunFile kind : RunFile.values()) {
      long bytes = result.summaryOf(kind).bytes();
      if (bytes > 0) {
        byte[] content = FilePieces.read(file(result.run(), kind), bytes);
        files = files.flatMap(before -> before.with(kind, content));
      }
    }
    return files;
  }

  private static long bytesOfAllFiles(Result result) {
    return Stream.of(RunFile.values()).mapToLong(kind -> result.summaryOf(kind).bytes()).sum();
  }

  private Optional<InlineFiles> inlineUnlessTroubled(Result result) {
    try {
      return inline(result);
    } catch (IOException e) {
      log.debug("the files of run {} are looked at one by one: {}", result.run(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * Adds the pieces of a file; returns its summary, or that of a lost file if it cannot be read.
   */
  private FileSummary take(
      Result of, RunFile kind, FileSummary summary, List<List<OutgoingMessage>> pieces) {
    try {
      pieces.add(FilePieces.of(kind, of.id(), of.run(), file(of.run(), kind), summary));
      return summary;
    } catch (IOException e) {
      log.warn("the {} of {} (run {}) is lost: {}", kind, of.id(), of.run(), e.toString());
      return FinishedRun.lost(summary);
    }
  }

  /** As {@link #take}, for the artifacts: without one of their two files they are lost. */
  private @Nullable ArtifactSummary takeArtifacts(Result of, List<List<OutgoingMessage>> pieces) {
    ArtifactSummary artifacts = of.artifacts();
    if (artifacts == null || !artifacts.isSent()) {
      return artifacts;
    }
    List<List<OutgoingMessage>> both = new ArrayList<>();
    for (RunFile kind : List.of(RunFile.MANIFEST, RunFile.ARTIFACTS)) {
      FileSummary whole = of.summaryOf(kind);
      if (take(of, kind, whole, both).bytes() < whole.bytes()) {
        return artifacts.lost();
      }
    }
    pieces.addAll(both);
    return artifacts;
  }

  /** The pieces of all files of a run that are on this disk. The run must be over. */
  List<OutgoingMessage> pieces(JobId job, String run) throws IOException {
    List<List<OutgoingMessage>> pieces = new ArrayList<>();
    for (RunFile kind : RunFile.values()) {
      Path file = file(run, kind);
      if (Files.exists(file)) {
        FileSummary whole = new FileSummary(Files.size(file), false, null);
        pieces.add(FilePieces.of(kind, job, run, file, whole));
      }
    }
    return LazyList.joined(pieces);
  }

  /** The broker has confirmed this result and its files: the hour begins now. */
  void delivered(Result result) {
    for (RunFile kind : RunFile.values()) {
      if (result.summaryOf(kind).bytes() > 0) {
        touch(file(result.run(), kind));
      }
    }
  }

  private void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      log.debug("{} may go early: {}", file, e.toString());
    }
  }

  private synchronized void tidyNowAndThen() {
    Instant now = clock.instant();
    if (Duration.between(tidied, now).compareTo(BETWEEN_TIDYING) < 0) {
      return;
    }
    tidied = now;
    try {
      tidy(now.minus(KEPT));
    } catch (IOException e) {
      log.warn("cannot tidy {}: {}", folder, e.toString());
    }
  }

  private void tidy(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!spool.isOwed(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
          deleteIfOlder(file, before);
        }
      }
    }
  }

  private static void deleteIfOlder(Path file, Instant before) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is gone already", file);
    }
  }
}
