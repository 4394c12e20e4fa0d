package ci.assay.coordinator;

import ci.assay.model.LogSummary;
import ci.assay.model.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log in one job's folder: pieces, each a file {@code .log.<run>.<offset>}, until the result is
 * stored; then {@code log.txt}. What is there can be told from the files alone, so a piece that
 * comes twice, or in any order, changes nothing. Not safe for use by many threads at once.
 */
final class JobLog {

  private static final String PREFIX = ".log.";

  private final Disk disk;
  private final Path folder;
  private final Path text;

  JobLog(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
    this.text = folder.resolve(ResultsFolder.LOG);
  }

  /** A piece on the disk. */
  private record Piece(Path file, long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  /** Keeps a piece; it is on the disk when this returns. */
  void add(LogPiece piece) throws IOException {
    Path file = file(piece.run(), piece.offset());
    if (sizeOf(file) < piece.text().length) {
      disk.replace(file, out -> out.write(piece.text()));
    }
    disk.sync(folder);
  }

  /** Whether every byte of this run's log is here. */
  boolean isComplete(String run, LogSummary log) throws IOException {
    if (log.bytes() == 0 || sizeOf(first(run)) == log.bytes()) {
      return true;
    }
    long covered = 0;
    for (Piece piece : piecesOf(run)) {
      covered = piece.offset() <= covered ? Math.max(covered, piece.end()) : covered;
    }
    return covered >= log.bytes();
  }

  /**
   * Makes {@code log.txt} from the pieces of the stored result's run, where it is not there yet.
   */
  void assemble(Result stored) throws IOException {
    try {
      assembleUnlessThere(stored);
    } catch (NoSuchFileException e) {
      if (!Files.exists(text)) { // else the coordinator that was active before us was quicker
        throw e;
      }
    }
  }

  private void assembleUnlessThere(Result stored) throws IOException {
    if (Files.exists(text)) {
      return;
    }
    long bytes = stored.log().bytes();
    if (bytes == 0) {
      createEmpty();
      return;
    }
    Path first = first(stored.run());
    if (sizeOf(first) == bytes) {
      Files.move(first, text, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    List<Piece> pieces = piecesOf(stored.run());
    disk.create(text, out -> copy(pieces, bytes, out)); // not over one that was made meanwhile
  }

  /** What is empty can't be half there. */
  private void createEmpty() throws IOException {
    try {
      Files.createFile(text);
    } catch (FileAlreadyExistsException e) {
      // by the coordinator that was active before us: as good
    }
  }

  /** Whether there is a {@code log.txt}, so that no piece is of use any more. */
  boolean isAssembled() {
    return Files.exists(text);
  }

  /** Removes all pieces, of whichever run. */
  void removePieces() throws IOException {
    for (Path file : ResultsFolder.list(folder)) {
      if (file.getFileName().toString().startsWith(PREFIX)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void copy(List<Piece> pieces, long bytes, OutputStream out) throws IOException {
    long done = 0;
    for (Piece piece : pieces) {
      if (piece.offset() >= bytes) {
        break;
      }
      sayLost(done, piece.offset(), out);
      done = Math.max(done, piece.offset());
      long end = Math.min(piece.end(), bytes);
      if (end > done) {
        copy(piece, done, end, out);
        done = end;
      }
    }
    sayLost(done, bytes, out);
  }

  private static void copy(Piece piece, long from, long to, OutputStream out) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(piece.file().toFile(), "r")) {
      byte[] part = new byte[Math.toIntExact(to - from)];
      file.seek(from - piece.offset());
      file.readFully(part);
      out.write(part);
    }
  }

  private static void sayLost(long from, long to, OutputStream out) throws IOException {
    if (from < to) {
      String line = "\n[assay: bytes %d to %d of this log were lost]\n".formatted(from, to - 1);
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Most logs are one piece: then nothing has to be listed or copied. */
  private Path first(String run) {
    return file(run, 0);
  }

  private Path file(String run, long offset) {
    return folder.resolve(PREFIX + run + "." + offset);
  }

  /** In the order of their offsets. */
  private List<Piece> piecesOf(String run) throws IOException {
    String prefix = PREFIX + run + ".";
    List<Piece> pieces = new ArrayList<>();
    for (Path file : ResultsFolder.list(folder)) {
      String name = file.getFileName().toString();
      Long offset = name.startsWith(prefix) ? offsetIn(name.substring(prefix.length())) : null;
      if (offset != null) {
        pieces.add(new Piece(file, offset, Files.size(file)));
      }
    }
    pieces.sort(Comparator.comparingLong(Piece::offset));
    return pieces;
  }

  /** Null for a name of another run, which begins like ours. */
  private static @Nullable Long offsetIn(String digits) {
    return digits.matches("[0-9]{1,19}") ? Long.valueOf(digits) : null;
  }

  /** -1 when it is not there. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }
}
