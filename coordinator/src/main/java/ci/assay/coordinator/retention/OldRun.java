package ci.assay.coordinator.retention;

import ci.assay.model.CommitId;
import java.time.Instant;

/**
 * A commit of whose runs something is to go; its verdict stays.
 *
 * @param ref the branch that it was first seen on
 * @param judgedAt when its verdict was found
 * @param bytes of the files that go
 */
public record OldRun(
    String repository, CommitId commit, String ref, Instant judgedAt, long bytes) {}
