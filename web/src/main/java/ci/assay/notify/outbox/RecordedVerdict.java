package ci.assay.notify.outbox;

import ci.assay.model.Outcome;
import java.time.Instant;

/**
 * A verdict for which notifications were planned.
 *
 * @param fingerprint identifies its outcome and runs, so that a rerun's verdict has another one
 */
public record RecordedVerdict(
    String repository,
    String commit,
    String ref,
    Instant queuedAt,
    Outcome outcome,
    String fingerprint) {}
