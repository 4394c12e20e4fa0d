package ci.assay.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a job comes from.
 *
 * @param queuedAt when the observer first stored it
 * @param reason why it runs: {@code push}, {@code backlog}, {@code run}, {@code rerun}, {@code
 *     audit}
 * @param change who wrote the commit; null where that is not known
 */
public record Origin(Instant queuedAt, String reason, @Nullable Change change) {

  public Origin {
    queuedAt = Names.millis("queuedAt", queuedAt);
    Names.present("reason", reason);
  }
}
