package ci.assay.observer;

import org.jspecify.annotations.Nullable;

/**
 * How an observer is at one moment.
 *
 * @param obstacle why it queues nothing now, in one line; null when it does
 * @param repositories how many it watches
 * @param unreadable how many of them could not be read when they were looked at last
 * @param reconnects how often a connection was made again after it had been lost
 */
public record ObserverHealth(
    @Nullable String obstacle, int repositories, int unreadable, long reconnects) {}
