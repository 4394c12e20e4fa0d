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
 * The files of a job's runs in the job's folder: logs and test cases. For use by one thread at a
 * time.
 */
final class JobFiles {

  /**
   * The longest file of a run: the largest log limit of a worker, and room for lines that Assay
   * adds.
   */
  static final long MOST_BYTES_OF_A_FILE = (256 + 1) * 1024L * 1024;

  /** The most bytes of all pieces of a job without a result. */
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
   * Whether a piece lies within the longest possible file, and the job's pieces stay within their
   * limits with it.
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
    return isComplete(result, RunFile.LOG) && isComplete(result, RunFile.TESTS);
  }

  private boolean isComplete(Result result, RunFile file) throws IOException {
    return of(file).isComplete(result.run(), result.summaryOf(file));
  }

  /**
   * The result to store when no more pieces of its files will come: incomplete files are marked.
   */
  Result markedIncomplete(Result result) throws IOException {
    FileSummary tests = result.cases();
    return result.withFiles(
        isComplete(result, RunFile.LOG) ? result.log() : incomplete(result.log()),
        tests == null || isComplete(result, RunFile.TESTS) ? tests : incomplete(tests));
  }

  private static FileSummary incomplete(FileSummary file) {
    return new FileSummary(file.bytes(), file.truncated(), false);
  }

  /**
   * Assembles {@code tests.jsonl}, if the stored result's run had test cases, and then {@code
   * log.txt}, from the pieces of that run. So everything is assembled when the log exists.
   */
  void assemble(Result stored) throws IOException {
    FileSummary tests = stored.cases();
    if (tests != null && tests.bytes() > 0) {
      cases.assemble(stored.run(), tests.bytes());
    }
    log.assemble(stored.run(), stored.log().bytes());
  }

  /** Whether all files are assembled, so that no piece is needed any more. */
  boolean isAssembled() {
    return log.isAssembled();
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
