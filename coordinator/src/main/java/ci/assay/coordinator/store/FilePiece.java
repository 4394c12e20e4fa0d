package ci.assay.coordinator.store;

import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.RunFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * A part of one of a run's files.
 *
 * @param offset the position of its first byte in the whole file
 * @param text the bytes; not copied: nobody may change them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FilePiece(RunFile file, JobId job, String run, long offset, byte[] text) {

  /**
   * The most bytes of a piece after inflation. No worker sends more; a longer one is an error or an
   * attack.
   */
  public static final int MAX_BYTES = 1024 * 1024;

  public FilePiece {
    Names.require("run", run);
    if (offset < 0 || offset > Long.MAX_VALUE - MAX_BYTES) {
      throw new InvalidInputException(
          file.word() + " piece of run " + run + " has the offset " + offset);
    }
  }

  /**
   * Reads a piece from its message.
   *
   * @throws InvalidInputException when a header is missing or wrong, or the body is not gzip
   */
  public static FilePiece of(IncomingMessage message) {
    return new FilePiece(
        file(message),
        JobId.parse(text(message, OutgoingMessage.HEADER_JOB)),
        text(message, OutgoingMessage.HEADER_RUN),
        offset(message),
        inflate(message.body()));
  }

  private static RunFile file(IncomingMessage message) {
    return message.headers().containsKey(OutgoingMessage.HEADER_FILE)
        ? RunFile.ofWord(text(message, OutgoingMessage.HEADER_FILE))
        : RunFile.LOG;
  }

  private static String text(IncomingMessage message, String header) {
    if (message.headers().get(header) instanceof String text) {
      return text;
    }
    throw new InvalidInputException("a piece has no header '" + header + "'");
  }

  private static long offset(IncomingMessage message) {
    if (message.headers().get(OutgoingMessage.HEADER_OFFSET) instanceof Number number) {
      return number.longValue();
    }
    throw new InvalidInputException(
        "a piece has no header '" + OutgoingMessage.HEADER_OFFSET + "'");
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
