package ci.assay.worker.spool;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.RunFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Cuts a finished file of a run into messages. */
public final class FilePieces {

  /** How many bytes of the file one message holds, before compression. */
  static final int PIECE = 1 << 20;

  private FilePieces() {}

  /**
   * The messages, in order; none for an empty file. Each is read from the file whenever it is taken
   * from the list, which throws {@link UncheckedIOException} if the file is gone by then.
   *
   * @throws IOException when the file is shorter than its summary says
   */
  public static List<OutgoingMessage> of(
      RunFile kind, JobId job, String run, Path file, FileSummary summary) throws IOException {
    long bytes = summary.bytes();
    if (bytes == 0) {
      return List.of();
    }
    if (Files.size(file) < bytes) {
      throw shorter(file);
    }
    int count = Math.toIntExact((bytes + PIECE - 1) / PIECE);
    return LazyList.of(
        count,
        index -> {
          long offset = (long) index * PIECE;
          byte[] piece = read(file, offset, Math.min(PIECE, bytes - offset));
          return OutgoingMessage.piece(kind, job, run, offset, gzip(piece));
        });
  }

  /**
   * The beginning of a file, of at most one piece.
   *
   * @throws IOException when the file is shorter, or cannot be read
   */
  static byte[] read(Path file, long bytes) throws IOException {
    return read(file, 0, bytes);
  }

  private static byte[] read(Path file, long offset, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] content =
          Channels.newInputStream(channel.position(offset)).readNBytes(Math.toIntExact(bytes));
      if (content.length < bytes) {
        throw shorter(file);
      }
      return content;
    }
  }

  private static IOException shorter(Path file) {
    return new IOException("the file " + file + " is shorter than it was");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
