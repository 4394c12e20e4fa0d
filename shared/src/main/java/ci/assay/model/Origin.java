package ci.assay.model;

import ci.assay.common.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a job comes from.
 *
 * @param queuedAt when the observer first stored it
 * @param reason why it runs: {@code push}, {@code backlog}, {@code run}, {@code rerun}, {@code
 *     audit}
 * @param change who wrote the commit; null where that is not known
 * @param trusted whether the ref is one of those whose runs may leave something for later ones;
 *     null is no
 */
public record Origin(
    Instant queuedAt, String reason, @Nullable Change change, @Nullable Boolean trusted) {

  /** From a ref that is not trusted. */
  public Origin(Instant queuedAt, String reason, @Nullable Change change) {
    this(queuedAt, reason, change, null);
  }

  public Origin {
    queuedAt = Names.millis("queuedAt", queuedAt);
    Names.present("reason", reason);
  }
}
