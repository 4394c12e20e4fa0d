package ci.assay.coordinator;

import ci.assay.broker.Incoming;
import ci.assay.broker.Outgoing;
import ci.assay.model.InvalidInputException;
import ci.assay.model.JobId;
import ci.assay.model.Names;
import ci.assay.model.RunFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * A part of one of a run's files.
 *
 * @param offset where its first byte stands in the whole
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FilePiece(RunFile file, JobId job, String run, long offset, byte[] text) {

  /** No worker sends more; what inflates beyond it is an accident or an attack. */
  static final int MAX_BYTES = 1024 * 1024;

  FilePiece {
    Names.require("run", run);
    if (offset < 0 || offset > Long.MAX_VALUE - MAX_BYTES) {
      throw new InvalidInputException(
          file.word() + " piece of run " + run + " has the offset " + offset);
    }
  }

  /**
   * Reads a piece off its message.
   *
   * @throws InvalidInputException when a header is missing or wrong, or the body is not gzip
   */
  static FilePiece of(Incoming message) {
    return new FilePiece(
        file(message),
        JobId.parse(text(message, Outgoing.HEADER_JOB)),
        text(message, Outgoing.HEADER_RUN),
        offset(message),
        inflate(message.body()));
  }

  private static RunFile file(Incoming message) {
    return message.headers().containsKey(Outgoing.HEADER_FILE)
        ? RunFile.ofWord(text(message, Outgoing.HEADER_FILE))
        : RunFile.LOG;
  }

  private static String text(Incoming message, String header) {
    if (message.headers().get(header) instanceof String text) {
      return text;
    }
    throw new InvalidInputException("a piece has no header '" + header + "'");
  }

  private static long offset(Incoming message) {
    if (message.headers().get(Outgoing.HEADER_OFFSET) instanceof Number number) {
      return number.longValue();
    }
    throw new InvalidInputException("a piece has no header '" + Outgoing.HEADER_OFFSET + "'");
  }

  private static byte[] inflate(byte[] gzipped) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      byte[] text = in.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw new InvalidInputException(
            "a piece is over " + MAX_BYTES + " bytes long when inflated");
      }
      return text;
    } catch (IOException e) {
      throw new InvalidInputException("a piece is not gzip: " + DiskWatch.explain(e), e);
    }
  }
}
