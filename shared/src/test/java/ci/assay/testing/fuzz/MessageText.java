package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.broker.consume.IncomingMessage;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message of the broker written as a text, so that it can be changed like one: lines {@code NAME:
 * VALUE}, an empty line, the body. Headers are {@code header.NAME}; a value {@code #7} is a number,
 * {@code !} nothing, {@code ?} true, {@code [} a list. With {@code gzip: yes} the body is
 * compressed.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MessageText(Map<String, String> fields, byte[] body) {

  private static final String HEADER = "header.";

  /** Reads any bytes as such a text. */
  public static MessageText of(byte[] text) {
    Map<String, String> fields = new HashMap<>();
    int from = 0;
    while (from < text.length) {
      int end = from;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      String line = new String(text, from, end - from, UTF_8);
      from = Math.min(text.length, end + 1);
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(": ");
      fields.put(
          colon < 0 ? line : line.substring(0, colon), colon < 0 ? "" : line.substring(colon + 2));
    }
    return new MessageText(fields, Arrays.copyOfRange(text, from, text.length));
  }

  /** As a consumer of {@code queue} is given it. */
  public IncomingMessage incoming(String queue) {
    return IncomingMessage.of(
        queue,
        new Envelope(
            1,
            fields.containsKey("redelivered"),
            fields.getOrDefault("exchange", ""),
            fields.getOrDefault("key", "")),
        properties(),
        content());
  }

  /** What it says beside its body. */
  public BasicProperties properties() {
    Map<String, @Nullable Object> headers = new HashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(HEADER)) {
            headers.put(name.substring(HEADER.length()), value(value));
          }
        });
    return new BasicProperties.Builder()
        .messageId(fields.get("id"))
        .contentType(fields.get("type"))
        .userId(fields.get("user"))
        .replyTo(fields.get("reply"))
        .correlationId(fields.get("correlation"))
        .headers(fields.containsKey("headless") ? null : headers)
        .build();
  }

  /** The body as it was sent. */
  public byte[] content() {
    if (!fields.containsKey("gzip")) {
      return body;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static @Nullable Object value(String text) {
    return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
      case '#' -> number(text.substring(1));
      case '!' -> null;
      case '?' -> true;
      case '[' -> List.of(text, 1L, Map.of("a", text));
      default -> longString(text);
    };
  }

  private static LongString longString(String text) {
    return LongStringHelper.asLongString(text);
  }

  private static Object number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return 1.5e300;
    }
  }
}
