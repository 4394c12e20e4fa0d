package ci.assay.worker.spool;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.RunFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Cuts a finished file of a run into messages. */
public final class FilePieces {

  /** How many bytes of the file one message holds, before compression. */
  static final int PIECE = 1 << 20;

  private FilePieces() {}

  /** The messages, in order; none for an empty file. */
  public static List<OutgoingMessage> of(
      RunFile kind, JobId job, String run, Path file, FileSummary summary) throws IOException {
    List<OutgoingMessage> pieces = new ArrayList<>();
    if (summary.bytes() == 0) {
      return pieces;
    }
    try (InputStream in = Files.newInputStream(file)) {
      long offset = 0;
      while (offset < summary.bytes()) {
        byte[] piece = next(in, summary.bytes() - offset, file);
        pieces.add(OutgoingMessage.piece(kind, job, run, offset, gzip(piece)));
        offset += piece.length;
      }
    }
    return pieces;
  }

  /**
   * The beginning of a file, of at most one piece.
   *
   * @throws IOException when the file is shorter, or cannot be read
   */
  static byte[] read(Path file, long bytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = next(in, bytes, file);
      if (content.length < bytes) {
        throw shorter(file);
      }
      return content;
    }
  }

  private static byte[] next(InputStream in, long left, Path file) throws IOException {
    byte[] piece = in.readNBytes((int) Math.min(PIECE, left));
    if (piece.length == 0) {
      throw shorter(file);
    }
    return piece;
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
