package ci.assay.worker;

import org.jspecify.annotations.Nullable;

/**
 * A worker's condition at one moment.
 *
 * @param obstacle why it takes no jobs now, in one line; null when it does
 * @param slots how many runs can be under way at a time
 * @param busy how many slots have a run
 * @param held jobs that were delivered here and wait: for another run of the same job, or for a
 *     repository that cannot be reached
 * @param spooled results that the broker has not confirmed yet
 * @param reconnects how often a lost connection was opened again
 */
public record WorkerHealth(
    @Nullable String obstacle, int slots, int busy, int held, int spooled, long reconnects) {}
