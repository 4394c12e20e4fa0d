package ci.assay.worker;

import ci.assay.broker.Outgoing;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Cuts a finished log into messages. */
final class LogPieces {

  /** How much of the log one message holds, before compression. */
  static final int PIECE = 1 << 20;

  private LogPieces() {}

  /** The messages, in order; none for an empty log. */
  static List<Outgoing> of(JobId job, String run, Path file, LogSummary summary)
      throws IOException {
    List<Outgoing> pieces = new ArrayList<>();
    if (summary.bytes() == 0) {
      return pieces;
    }
    try (InputStream log = Files.newInputStream(file)) {
      long offset = 0;
      while (offset < summary.bytes()) {
        byte[] piece = log.readNBytes((int) Math.min(PIECE, summary.bytes() - offset));
        if (piece.length == 0) {
          throw new IOException("the log " + file + " is shorter than it was");
        }
        pieces.add(Outgoing.logPiece(job, run, offset, gzip(piece)));
        offset += piece.length;
      }
    }
    return pieces;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
