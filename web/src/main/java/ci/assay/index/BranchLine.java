package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ref, and the verdict of its tip.
 *
 * @param id of its row
 * @param latestAt when its tip was queued; if the tip is unknown, when the latest commit that was
 *     first seen on it was queued
 * @param tip the commit that it points at; null if the observer has not reported it
 * @param outcome of the tip's verdict, or if the tip was skipped, of its nearest first parent that
 *     was not; null while there is none
 */
public record BranchLine(
    long id,
    String repository,
    String ref,
    Instant latestAt,
    @Nullable String tip,
    @Nullable Outcome outcome) {}
