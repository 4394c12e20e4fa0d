package ci.assay.coordinator.store;

import ci.assay.message.InlineFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a run in one job's folder: its log, and its test cases where it has some. Not safe
 * for use by many threads at once.
 */
final class JobFiles {

  /**
   * No file of a run is longer: the largest log cap that a worker takes, and some lines of ours.
   */
  static final long MOST_BYTES_OF_A_FILE = (256 + 1) * 1024L * 1024;

  /** Of all runs of a job that has no result yet. */
  static final long MOST_BYTES = 2 * MOST_BYTES_OF_A_FILE;

  private static final int MOST_PIECES = 4_096;

  private final Path folder;
  private final AssembledFile log;
  private final AssembledFile cases;

  JobFiles(Disk disk, Path folder) {
    this.folder = folder;
    this.log = new AssembledFile(disk, folder, RunFile.LOG);
    this.cases = new AssembledFile(disk, folder, RunFile.TESTS);
  }

  private AssembledFile of(RunFile file) {
    return switch (file) {
      case LOG -> log;
      case TESTS -> cases;
    };
  }

  /**
   * Whether a piece can be one of an honest run's, and all pieces of the job stay within what its
   * runs may send.
   */
  boolean hasRoomFor(FilePiece piece) throws IOException {
    if (piece.offset() + piece.text().length > MOST_BYTES_OF_A_FILE) {
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
    return name.startsWith(AssembledFile.prefixOf(RunFile.LOG))
        || name.startsWith(AssembledFile.prefixOf(RunFile.TESTS));
  }

  /** Keeps a piece; it is on the disk when this returns. */
  void add(FilePiece piece) throws IOException {
    of(piece.file()).add(piece);
  }

  /**
   * Keeps the files that came in a result, as their only pieces. Their content is on the disk when
   * this returns, and their names as soon as that of the result that is stored after them.
   */
  void add(Result result, InlineFiles files) throws IOException {
    for (RunFile file : RunFile.values()) {
      Optional<byte[]> content = files.contentOf(file, result);
      if (content.isPresent()) {
        of(file).keep(result.run(), 0, content.get());
      }
    }
  }

  /** Whether every byte that this result's run sent is here. */
  boolean isComplete(Result result) throws IOException {
    return isComplete(result, RunFile.LOG) && isComplete(result, RunFile.TESTS);
  }

  private boolean isComplete(Result result, RunFile file) throws IOException {
    return of(file).isComplete(result.run(), result.summaryOf(file));
  }

  /** The result as it is stored when no more pieces of its files are to come. */
  Result saidIncomplete(Result result) throws IOException {
    FileSummary tests = result.cases();
    return result.withFiles(
        isComplete(result, RunFile.LOG) ? result.log() : incomplete(result.log()),
        tests == null || isComplete(result, RunFile.TESTS) ? tests : incomplete(tests));
  }

  private static FileSummary incomplete(FileSummary file) {
    return new FileSummary(file.bytes(), file.truncated(), false);
  }

  /**
   * Makes {@code tests.jsonl}, where the stored result's run had test cases, and then {@code
   * log.txt}, of the pieces of that run. So all is there when the log is.
   */
  void assemble(Result stored) throws IOException {
    FileSummary tests = stored.cases();
    if (tests != null && tests.bytes() > 0) {
      cases.assemble(stored.run(), tests.bytes());
    }
    log.assemble(stored.run(), stored.log().bytes());
  }

  /** Whether no piece is of use any more. */
  boolean isAssembled() {
    return log.isAssembled();
  }

  /** Removes all pieces, of whichever run. */
  void removePieces() throws IOException {
    for (Path file : ResultsFolder.list(folder)) {
      if (isPiece(file)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
