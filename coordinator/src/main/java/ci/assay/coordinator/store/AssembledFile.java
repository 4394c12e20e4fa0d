package ci.assay.coordinator.store;

import ci.assay.common.PrivateFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.RunFile;
import java.io.ByteArrayOutputStream;
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
 * Artifacts are stored likewise; only their manifest is never assembled, but read from its pieces.
 * All state is in the files, so pieces may arrive twice and in any order. For use by one thread at
 * a time.
 */
final class AssembledFile {

  private final Disk disk;
  private final Path folder;
  private final RunFile kind;
  private final Path assembled;

  AssembledFile(Disk disk, Path folder, RunFile kind) {
    this.disk = disk;
    this.folder = folder;
    this.kind = kind;
    this.assembled = folder.resolve(nameOf(kind));
  }

  private static String nameOf(RunFile kind) {
    return switch (kind) {
      case LOG -> ResultsFolder.LOG;
      case TESTS -> ResultsFolder.TESTS;
      case MANIFEST -> "artifacts.json";
      case ARTIFACTS -> "artifacts.bin";
    };
  }

  /** The prefix of the names of all pieces, whatever their run. */
  static String prefixOf(RunFile kind) {
    return "." + kind.word() + ".";
  }

  /** A piece on disk. */
  private record Piece(Path file, long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  /** Stores a piece; it is on disk when this returns. */
  void add(FilePiece piece) throws IOException {
    keep(piece.run(), piece.offset(), piece.text());
    disk.sync(folder);
  }

  /**
   * Stores a piece; its content is on disk when this returns, but perhaps not the entry of its name
   * in the folder.
   */
  void keep(String run, long offset, byte[] text) throws IOException {
    Path file = file(run, offset);
    if (sizeOf(file) < text.length) {
      disk.replace(file, out -> out.write(text));
    }
  }

  /** Whether every byte of this run's file is stored. */
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
   * Assembles the file from the pieces of a run, unless it exists already.
   *
   * @param bytes the length of the file
   */
  void assemble(String run, long bytes) throws IOException {
    try {
      assembleUnlessThere(run, bytes);
    } catch (NoSuchFileException e) {
      if (!Files.exists(assembled)) { // otherwise the coordinator active before us was faster
        throw e;
      }
    }
  }

  private void assembleUnlessThere(String run, long bytes) throws IOException {
    if (Files.exists(assembled)) {
      return;
    }
    if (bytes == 0) {
      createEmpty();
      return;
    }
    Path first = first(run);
    if (sizeOf(first) == bytes) {
      Files.move(first, assembled, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    List<Piece> pieces = piecesOf(run);
    // does not replace a file that was created meanwhile
    disk.create(assembled, out -> copy(pieces, bytes, out));
  }

  /** The content of a short file, from the pieces of a run, which must be complete. */
  byte[] content(String run, long bytes) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream(Math.toIntExact(bytes));
    copy(piecesOf(run), bytes, content);
    return content.toByteArray();
  }

  /** An empty file needs no temporary file to be created atomically. */
  private void createEmpty() throws IOException {
    try {
      PrivateFiles.create(assembled);
    } catch (FileAlreadyExistsException e) {
      // created by the coordinator that was active before us
    }
  }

  /** Whether the file has been assembled. */
  boolean isAssembled() {
    return Files.exists(assembled);
  }

  private static void copy(List<Piece> pieces, long bytes, OutputStream out) throws IOException {
    long done = 0;
    for (Piece piece : pieces) {
      if (piece.offset() >= bytes) {
        break;
      }
      markLost(done, piece.offset(), out);
      done = Math.max(done, piece.offset());
      long end = Math.min(piece.end(), bytes);
      if (end > done) {
        copy(piece, done, end, out);
        done = end;
      }
    }
    markLost(done, bytes, out);
  }

  private static void copy(Piece piece, long from, long to, OutputStream out) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(piece.file().toFile(), "r")) {
      byte[] part = new byte[Math.toIntExact(to - from)];
      file.seek(from - piece.offset());
      file.readFully(part);
      out.write(part);
    }
  }

  private static void markLost(long from, long to, OutputStream out) throws IOException {
    if (from < to) {
      String line = "\n[assay: bytes %d to %d of this file were lost]\n".formatted(from, to - 1);
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The piece at offset 0. Most files are a single piece, which needs no listing or copying. */
  private Path first(String run) {
    return file(run, 0);
  }

  private Path file(String run, long offset) {
    return folder.resolve(prefixOf(kind) + run + "." + offset);
  }

  /** The pieces of a run, in the order of their offsets. */
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

  /**
   * The offset in a piece's name; null for a piece of another run whose id begins with this run's.
   */
  private static @Nullable Long offsetIn(String digits) {
    return digits.matches("[0-9]{1,19}") ? Long.valueOf(digits) : null;
  }

  /** The size of a file in bytes; -1 when it does not exist. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }
}
