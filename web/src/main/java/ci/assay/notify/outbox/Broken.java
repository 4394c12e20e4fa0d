package ci.assay.notify.outbox;

import java.time.Instant;

/**
 * A branch that fails.
 *
 * @param commit that broke it, as far as is known
 * @param queuedAt when that commit was queued
 * @param since when its verdict was there
 */
public record Broken(
    String repository, String ref, String commit, Instant queuedAt, Instant since) {}
