package ci.assay.broker.control;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.InvalidInputException;
import ci.assay.model.JobId;
import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of the output of a run that goes on, for those who watch it. Not persistent; it may be
 * lost without notice.
 *
 * @param offset position of the first byte in the whole output of the run, in bytes
 * @param text the bytes of this part; not copied: nobody may change them
 * @param isEnd whether the run is over and this is the last piece
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LiveLogPiece(JobId job, String run, long offset, byte[] text, boolean isEnd) {

  /** The most bytes in a piece, before compression. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Header of the last piece of a run. */
  static final String HEADER_END = "end";

  private static final int KEY_BYTES = 10;

  /**
   * The routing key of all pieces of a job: a hash of its id, so that it is a single word of a
   * topic key.
   */
  public static String key(JobId job) {
    try {
      byte[] id = job.toString().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(id);
      return HexFormat.of().formatHex(hash, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a piece from its message.
   *
   * @throws InvalidInputException when a header is missing or wrong, or the body is not gzip
   */
  static LiveLogPiece of(BasicProperties properties, byte[] body) {
    Map<String, Object> headers = properties.getHeaders();
    if (headers != null
        && headers.get(OutgoingMessage.HEADER_OFFSET) instanceof Number offset
        && offset.longValue() >= 0) {
      return new LiveLogPiece(
          JobId.parse(String.valueOf(headers.get(OutgoingMessage.HEADER_JOB))),
          String.valueOf(headers.get(OutgoingMessage.HEADER_RUN)),
          offset.longValue(),
          inflate(body),
          Boolean.TRUE.equals(headers.get(HEADER_END)));
    }
    throw new InvalidInputException("a live piece has no header 'offset'");
  }

  /**
   * @param user the sending user; null where the broker does not verify it
   */
  BasicProperties properties(@Nullable String user) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(OutgoingMessage.HEADER_JOB, job.toString());
    headers.put(OutgoingMessage.HEADER_RUN, run);
    headers.put(OutgoingMessage.HEADER_OFFSET, offset);
    if (isEnd) {
      headers.put(HEADER_END, true);
    }
    return new BasicProperties.Builder()
        .contentType(OutgoingMessage.GZIP)
        .userId(user)
        .headers(headers)
        .build();
  }

  byte[] body() {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(text.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text);
    } catch (IOException e) {
      throw new IllegalStateException("no memory to write to", e);
    }
    return packed.toByteArray();
  }

  private static byte[] inflate(byte[] gzipped) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      byte[] text = in.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw new InvalidInputException("a live piece is over " + MAX_BYTES + " bytes long");
      }
      return text;
    } catch (IOException e) {
      throw new InvalidInputException("a live piece is not gzip: " + e.getMessage(), e);
    }
  }
}
