package ci.assay.notify.outbox;

import ci.assay.model.Outcome;
import java.time.Instant;

/**
 * A verdict that was seen.
 *
 * @param mark which runs it was made from: another verdict has another one
 */
public record Seen(
    String repository, String commit, String ref, Instant queuedAt, Outcome outcome, String mark) {}
