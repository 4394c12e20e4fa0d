package ci.assay.coordinator.retention;

import ci.assay.model.CommitId;
import java.time.Instant;

/**
 * A commit whose runs have files to remove; its verdict stays.
 *
 * @param ref the branch that it was first seen on
 * @param judgedAt when its last run ended
 * @param bytes the bytes of the files to remove
 */
public record OldRun(
    String repository, CommitId commit, String ref, Instant judgedAt, long bytes) {}
