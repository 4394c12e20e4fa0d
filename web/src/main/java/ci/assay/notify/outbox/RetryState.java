package ci.assay.notify.outbox;

import java.time.Instant;

/**
 * A queue whose last try failed, and when it is tried again.
 *
 * @param failures the number of failures in a row
 * @param isStopped whether a person has to change something
 * @param lastAnswer what the receiver answered, or why it did not, on one line
 */
public record RetryState(
    String queue, int failures, Instant nextAt, boolean isStopped, String lastAnswer) {}
