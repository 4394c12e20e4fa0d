package ci.assay.web.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the pages. Each token has a limited number: beyond that its oldest one ends, so
 * that no holder of a token can end those of others, or fill the memory. Thread-safe.
 */
final class Sessions {

  /** How long a session lasts. */
  static final Duration LENGTH = Duration.ofHours(12);

  static final int MOST_OF_A_TOKEN = 100;

  /** The oldest first. */
  private final Map<String, Session> open = new LinkedHashMap<>();

  /**
   * A session belongs to the token file's entry at the login; a new token of that name is
   * another's.
   */
  record Session(Tokens.Entry entry, String formToken, Instant ends) {}

  /**
   * Begins a session.
   *
   * @return its id, a secret
   */
  synchronized String begin(Tokens.Entry entry, Instant now) {
    open.values().removeIf(session -> !session.ends().isAfter(now));
    if (open.values().stream().filter(each -> each.entry().equals(entry)).count()
        >= MOST_OF_A_TOKEN) {
      endOldest(entry);
    }
    String id = Tokens.random();
    open.put(id, new Session(entry, Tokens.random(), now.plus(LENGTH)));
    return id;
  }

  private void endOldest(Tokens.Entry entry) {
    Iterator<Session> each = open.values().iterator();
    while (each.hasNext()) {
      if (each.next().entry().equals(entry)) {
        each.remove();
        return;
      }
    }
  }

  /** The session with an id; empty when there is none or it has ended. */
  synchronized Optional<Session> find(@Nullable String id, Instant now) {
    return Optional.ofNullable(id == null ? null : open.get(id))
        .filter(session -> session.ends().isAfter(now));
  }

  /** Ends the session with an id, if there is one. */
  synchronized void end(@Nullable String id) {
    if (id != null) {
      open.remove(id);
    }
  }
}
