package ci.assay.worker;

import org.jspecify.annotations.Nullable;

/**
 * How a worker is at one moment.
 *
 * @param obstacle why it takes no jobs now, in one line; null when it does
 * @param slots how many runs it may have at a time
 * @param busy how many of them have one
 * @param held jobs that were delivered here while another run of them goes on, or while their
 *     repository is away
 * @param spooled results that the broker has not confirmed yet
 * @param reconnects how often a connection was made again after it had been lost
 */
public record WorkerHealth(
    @Nullable String obstacle, int slots, int busy, int held, int spooled, long reconnects) {}
