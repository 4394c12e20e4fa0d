package ci.assay.index;

import java.time.Instant;

/**
 * A ref that commits were first seen on.
 *
 * @param id its row
 * @param latestAt when its latest commit was queued
 */
public record BranchLine(long id, String repository, String ref, Instant latestAt) {}
