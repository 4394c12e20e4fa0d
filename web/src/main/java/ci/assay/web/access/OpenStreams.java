package ci.assay.web.access;

import io.javalin.http.sse.SseClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that are open, each with the question whether who opened it is still let in: a
 * request is asked once, and a stream may last for days. Safe for use by many threads.
 */
public final class OpenStreams {

  private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);

  private final Map<SseClient, BooleanSupplier> open = new ConcurrentHashMap<>();

  /** From now on it is ended when it may not go on. */
  public void add(SseClient stream, BooleanSupplier mayGoOn) {
    open.put(stream, mayGoOn);
  }

  /** Ends those that may not go on, and forgets those that ended by themselves. */
  public void check() {
    open.forEach(
        (stream, mayGoOn) -> {
          if (stream.terminated()) {
            open.remove(stream);
          } else if (!mayGoOn(mayGoOn)) {
            open.remove(stream);
            log.debug("a stream is ended: its token or session is no more");
            stream.close();
          }
        });
  }

  /** When it cannot be told who may, nobody may. */
  private static boolean mayGoOn(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (RuntimeException e) {
      log.warn("who may read cannot be told, so streams are ended: {}", e.toString());
      return false;
    }
  }
}
