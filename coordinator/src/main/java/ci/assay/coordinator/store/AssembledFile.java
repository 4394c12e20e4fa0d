package ci.assay.coordinator.store;

import ci.assay.common.PrivateFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.RunFile;
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
 * One of a run's files in the job's folder: pieces, each {@code .log.<run>.<offset>} or {@code
 * .tests.<run>.<offset>}, until the result is stored; then {@code log.txt} or {@code tests.jsonl}.
 * What is there can be told from the files alone, so a piece that comes twice, or in any order,
 * changes nothing. Not safe for use by many threads at once.
 */
final class AssembledFile {

  private final Disk disk;
  private final Path folder;
  private final RunFile kind;
  private final Path whole;

  AssembledFile(Disk disk, Path folder, RunFile kind) {
    this.disk = disk;
    this.folder = folder;
    this.kind = kind;
    this.whole = folder.resolve(nameOf(kind));
  }

  private static String nameOf(RunFile kind) {
    return switch (kind) {
      case LOG -> ResultsFolder.LOG;
      case TESTS -> ResultsFolder.TESTS;
    };
  }

  /** What the names of its pieces begin with, of whichever run. */
  static String prefixOf(RunFile kind) {
    return "." + kind.word() + ".";
  }

  /** A piece on the disk. */
  private record Piece(Path file, long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  /** Keeps a piece; it is on the disk when this returns. */
  void add(FilePiece piece) throws IOException {
    keep(piece.run(), piece.offset(), piece.text());
    disk.sync(folder);
  }

  /** Keeps a piece; its content is on the disk when this returns, its name not for sure. */
  void keep(String run, long offset, byte[] text) throws IOException {
    Path file = file(run, offset);
    if (sizeOf(file) < text.length) {
      disk.replace(file, out -> out.write(text));
    }
  }

  /** Whether every byte of this run's file is here. */
  boolean isComplete(String run, FileSummary file) throws IOException {
    if (file.bytes() == 0 || sizeOf(first(run)) == file.bytes()) {
      return true;
    }
    long covered = 0;
    for (Piece piece : piecesOf(run)) {
      covered = piece.offset() <= covered ? Math.max(covered, piece.end()) : covered;
    }
    return covered >= file.bytes();
  }

  /**
   * Makes the whole of the pieces of this run, where it is not there yet.
   *
   * @param bytes how long it is
   */
  void assemble(String run, long bytes) throws IOException {
    try {
      assembleUnlessThere(run, bytes);
    } catch (NoSuchFileException e) {
      if (!Files.exists(whole)) { // else the coordinator that was active before us was quicker
        throw e;
      }
    }
  }

  private void assembleUnlessThere(String run, long bytes) throws IOException {
    if (Files.exists(whole)) {
      return;
    }
    if (bytes == 0) {
      createEmpty();
      return;
    }
    Path first = first(run);
    if (sizeOf(first) == bytes) {
      Files.move(first, whole, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    List<Piece> pieces = piecesOf(run);
    disk.create(whole, out -> copy(pieces, bytes, out)); // not over one that was made meanwhile
  }

  /** What is empty can't be half there. */
  private void createEmpty() throws IOException {
    try {
      PrivateFiles.create(whole);
    } catch (FileAlreadyExistsException e) {
      // by the coordinator that was active before us: as good
    }
  }

  /** Whether the whole is there. */
  boolean isAssembled() {
    return Files.exists(whole);
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
      String line = "\n[assay: bytes %d to %d of this file were lost]\n".formatted(from, to - 1);
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Most are one piece: then nothing has to be listed or copied. */
  private Path first(String run) {
    return file(run, 0);
  }

  private Path file(String run, long offset) {
    return folder.resolve(prefixOf(kind) + run + "." + offset);
  }

  /** In the order of their offsets. */
  private List<Piece> piecesOf(String run) throws IOException {
    String prefix = prefixOf(kind) + run + ".";
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
