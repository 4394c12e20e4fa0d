package ci.assay.model;

import ci.assay.common.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and why a job was queued.
 *
 * @param queuedAt when the observer first stored it
 * @param reason why the job was queued: {@code push}, {@code backlog}, {@code run}, {@code rerun},
 *     {@code audit}
 * @param change author and subject of the commit; null when they are not known
 * @param trusted whether the ref is trusted, so that runs may keep files in their home folder for
 *     later runs; null means no
 */
public record Origin(
    Instant queuedAt, String reason, @Nullable Change change, @Nullable Boolean trusted) {

  /** An origin on a ref that is not trusted. */
  public Origin(Instant queuedAt, String reason, @Nullable Change change) {
    this(queuedAt, reason, change, null);
  }

  public Origin {
    queuedAt = Names.millis("queuedAt", queuedAt);
    Names.present("reason", reason);
  }
}
