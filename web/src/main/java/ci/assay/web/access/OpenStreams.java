package ci.assay.web.access;

import io.javalin.http.sse.SseClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open event streams, each with a check whether its client is still allowed: a request is
 * checked only once, but a stream may last for days. Thread-safe.
 */
public final class OpenStreams {

  private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);

  private final Map<SseClient, BooleanSupplier> open = new ConcurrentHashMap<>();

  /** Adds a stream, which is closed when it may not go on. */
  public void add(SseClient stream, BooleanSupplier mayGoOn) {
    open.put(stream, mayGoOn);
  }

  /** Closes the streams that may not go on, and forgets those that have ended by themselves. */
  public void check() {
    open.forEach(
        (stream, mayGoOn) -> {
          if (stream.terminated()) {
            open.remove(stream);
          } else if (!mayGoOn(mayGoOn)) {
            open.remove(stream);
            log.debug("closing a stream: its token or session is no longer valid");
            stream.close();
          }
        });
  }

  /** If the check fails, the answer is no. */
  private static boolean mayGoOn(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (RuntimeException e) {
      log.warn("cannot check who may read, so streams are closed: {}", e.toString());
      return false;
    }
  }
}
