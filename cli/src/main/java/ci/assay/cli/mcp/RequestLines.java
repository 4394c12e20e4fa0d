package ci.assay.cli.mcp;

import ci.assay.common.PartsInputStream;
import ci.assay.common.Texts;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of an input that are requests or notifications. All others are left out with a warning:
 * the SDK stops reading at the first line that it does not understand, and says neither that nor
 * that the input ended. For use by one thread.
 */
final class RequestLines extends PartsInputStream {

  private static final Logger log = LoggerFactory.getLogger(RequestLines.class);
  private static final TypeRef<HashMap<String, Object>> OBJECT = new TypeRef<>() {};
  private static final int LONGEST_SHOWN = 60;

  private final InputStream in;
  private final int longest;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param longest how many bytes of a line are taken
   */
  RequestLines(InputStream in, int longest) {
    this.in = new BufferedInputStream(in);
    this.longest = longest;
  }

  /** Waits until the input has ended or was closed. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Reads up to the end of the next line that is a request. */
  @Override
  protected byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    boolean isTooLong = false;
    for (int each = in.read(); each >= 0; each = in.read()) {
      if (each != '\n') {
        isTooLong |= read.size() == longest;
        if (!isTooLong) {
          read.write(each);
        }
        continue;
      }
      String text = read.toString(StandardCharsets.UTF_8);
      if (!isTooLong && isRequest(text)) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
      }
      if (!text.isBlank()) {
        log.warn("left out a line that is no request: '{}'", Texts.line(text, LONGEST_SHOWN));
      }
      read.reset();
      isTooLong = false;
    }
    ended.countDown();
    return null;
  }

  private static boolean isRequest(String text) {
    try {
      Map<String, Object> fields = McpJsonDefaults.getMapper().readValue(text, OBJECT);
      @Nullable Object id = fields.get("id");
      @Nullable Object params = fields.get("params");
      return "2.0".equals(fields.get("jsonrpc"))
          && fields.get("method") instanceof String
          && (!fields.containsKey("id") || isId(id))
          && (params == null || params instanceof Map);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean isId(@Nullable Object id) {
    return id instanceof String || id instanceof Integer || id instanceof Long;
  }

  @Override
  public void close() throws IOException {
    ended.countDown();
    in.close();
  }
}
