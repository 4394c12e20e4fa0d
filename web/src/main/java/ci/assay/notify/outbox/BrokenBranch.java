package ci.assay.notify.outbox;

import java.time.Instant;

/**
 * A branch that is broken.
 *
 * @param commit the commit that broke it, as far as is known
 * @param queuedAt when that commit was queued
 * @param since when that commit's verdict was made
 */
public record BrokenBranch(
    String repository, String ref, String commit, Instant queuedAt, Instant since) {}
