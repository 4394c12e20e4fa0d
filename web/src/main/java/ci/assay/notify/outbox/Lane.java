package ci.assay.notify.outbox;

import java.time.Instant;

/**
 * A lane that did not go well the last time.
 *
 * @param failures in a row
 * @param isStopped whether a person has to change something
 * @param said what came of the last try
 */
public record Lane(String name, int failures, Instant nextAt, boolean isStopped, String said) {}
