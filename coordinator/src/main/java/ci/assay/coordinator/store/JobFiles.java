package ci.assay.coordinator.store;

import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.coordinator.artifact.ArtifactFolder;
import ci.assay.coordinator.artifact.ExpiryNotes;
import ci.assay.message.InlineFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a job's runs in the job's folder: logs, test cases and artifacts. For use by one
 * thread at a time.
 */
final class JobFiles {

  /**
   * The longest file of a run: the largest log limit of a worker, and room for lines that Assay
   * adds.
   */
  static final long MOST_BYTES_OF_A_FILE = (256 + 1) * 1024L * 1024;

  /**
   * The most bytes of all pieces of a job without a result: the log and the artifacts of two runs.
   */
  static final long MOST_BYTES = 4 * MOST_BYTES_OF_A_FILE;

  private static final int MOST_PIECES = 4_096;
  private static final long A_YEAR = Duration.ofDays(365).toSeconds();

  private final Disk disk;
  private final Path folder;

  JobFiles(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  private AssembledFile of(RunFile file) {
    return new AssembledFile(disk, folder, file);
  }

  /**
   * Whether a piece lies within the longest possible file, and the job's pieces stay within their
   * limits with it.
   */
  boolean hasRoomFor(FilePiece piece) throws IOException {
    long most = piece.file() == RunFile.MANIFEST ? ArtifactList.MOST_BYTES : MOST_BYTES_OF_A_FILE;
    if (piece.offset() + piece.text().length > most) {
      return false;
    }
    long bytes = piece.text().length;
    int count = 1;
    for (Path file : ResultsFolder.list(folder)) {
      if (isPiece(file)) {
        bytes += Files.size(file);
        count++;
      }
    }
    return bytes <= MOST_BYTES && count <= MOST_PIECES;
  }

  private static boolean isPiece(Path file) {
    String name = file.getFileName().toString();
    for (RunFile each : RunFile.values()) {
      if (name.startsWith(AssembledFile.prefixOf(each))) {
        return true;
      }
    }
    return false;
  }

  /** Stores a piece; it is on disk when this returns. */
  void add(FilePiece piece) throws IOException {
    of(piece.file()).add(piece);
  }

  /**
   * Stores the files that came inside a result, each as a single piece. Their content is on disk
   * when this returns, and their names together with that of the result, which is stored after
   * them.
   */
  void add(Result result, InlineFiles files) throws IOException {
    for (RunFile file : RunFile.values()) {
      Optional<byte[]> content = files.contentOf(file, result);
      if (content.isPresent()) {
        of(file).keep(result.run(), 0, content.get());
      }
    }
  }

  /** Whether every byte of the files of this result's run is stored. */
  boolean isComplete(Result result) throws IOException {
    return isComplete(result, RunFile.LOG)
        && isComplete(result, RunFile.TESTS)
        && hasArtifacts(result);
  }

  private boolean hasArtifacts(Result result) throws IOException {
    return isComplete(result, RunFile.MANIFEST) && isComplete(result, RunFile.ARTIFACTS);
  }

  private boolean isComplete(Result result, RunFile file) throws IOException {
    return of(file).isComplete(result.run(), result.summaryOf(file));
  }

  /**
   * The result to store when no more pieces of its files will come: incomplete files are marked.
   * Incomplete artifacts are not stored at all.
   */
  Result markedIncomplete(Result result) throws IOException {
    FileSummary tests = result.cases();
    ArtifactSummary artifacts = result.artifacts();
    return result
        .withFiles(
            isComplete(result, RunFile.LOG) ? result.log() : incomplete(result.log()),
            tests == null || isComplete(result, RunFile.TESTS) ? tests : incomplete(tests))
        .withArtifacts(artifacts == null || hasArtifacts(result) ? artifacts : artifacts.lost());
  }

  private static FileSummary incomplete(FileSummary file) {
    return new FileSummary(file.bytes(), file.truncated(), false);
  }

  /**
   * Assembles {@code tests.jsonl}, if the stored result's run had test cases, then its artifacts,
   * if there are any, and then {@code log.txt}, from the pieces of that run. So everything is
   * assembled when the log exists.
   */
  void assemble(Result stored) throws IOException {
    FileSummary tests = stored.cases();
    if (tests != null && tests.bytes() > 0) {
      of(RunFile.TESTS).assemble(stored.run(), tests.bytes());
    }
    ArtifactSummary artifacts = stored.artifacts();
    if (artifacts != null && artifacts.isSent()) {
      assembleArtifacts(stored, artifacts);
    }
    of(RunFile.LOG).assemble(stored.run(), stored.log().bytes());
  }

  /** The list comes last, so that what it lists is there. */
  private void assembleArtifacts(Result stored, ArtifactSummary summary) throws IOException {
    ArtifactFolder place = new ArtifactFolder(folder);
    if (Files.exists(place.list())) {
      return;
    }
    StoredArtifacts artifacts;
    try {
      ArtifactList list = list(stored, summary);
      of(RunFile.ARTIFACTS).assemble(stored.run(), summary.bytes());
      CrashPoint.COORDINATOR_ARTIFACTS_ASSEMBLED.reached();
      artifacts = StoredArtifacts.of(stored.run(), list, note(stored.id(), place, summary));
    } catch (InvalidInputException e) {
      artifacts = StoredArtifacts.unusable(stored.run(), String.valueOf(e.getMessage()));
    }
    byte[] json = Codec.jsonFile(artifacts);
    // does not replace one that another coordinator created meanwhile
    var unused = disk.create(place.list(), out -> out.write(json));
  }

  /**
   * The list as the worker sent it.
   *
   * @throws InvalidInputException when it is invalid, or does not agree with the result
   */
  private ArtifactList list(Result stored, ArtifactSummary summary) throws IOException {
    boolean hasContents =
        of(RunFile.ARTIFACTS).isAssembled() || isComplete(stored, RunFile.ARTIFACTS);
    if (!hasContents || !isComplete(stored, RunFile.MANIFEST)) {
      throw new InvalidInputException("pieces of the artifacts are lost");
    }
    byte[] json = of(RunFile.MANIFEST).content(stored.run(), summary.manifestBytes());
    ArtifactList list = Codec.fromJson(json, ArtifactList.class);
    if (list.files().size() != summary.files() || list.bytes() != summary.bytes()) {
      throw new InvalidInputException("the worker's list of artifacts is another than it says");
    }
    return list;
  }

  /** Notes until when the artifacts are kept, by the clock of the disk that they are on. */
  private Instant note(JobId job, ArtifactFolder place, ArtifactSummary summary)
      throws IOException {
    Instant stored = Files.getLastModifiedTime(place.contents()).toInstant();
    Instant until =
        Names.nearestMillis(
            "keptUntil", stored.plusSeconds(Math.min(summary.keepSeconds(), A_YEAR)));
    Path note = new ExpiryNotes(disk.root()).file(job, until);
    disk.replace(note, out -> out.write(ExpiryNotes.content(job)));
    disk.sync(Objects.requireNonNull(note.getParent()));
    CrashPoint.COORDINATOR_ARTIFACTS_NOTED.reached();
    return until;
  }

  /** Whether all files are assembled, so that no piece is needed any more. */
  boolean isAssembled() {
    return of(RunFile.LOG).isAssembled();
  }

  /** Removes all pieces of all runs. */
  void removePieces() throws IOException {
    for (Path file : ResultsFolder.list(folder)) {
      if (isPiece(file)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
