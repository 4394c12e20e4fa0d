package ci.assay.observer;

import org.jspecify.annotations.Nullable;

/**
 * The state of an observer at one moment.
 *
 * @param obstacle why it cannot queue jobs now, in one line; null when it can
 * @param repositories how many it watches
 * @param unreadable how many of them could not be read at their last poll
 * @param reconnects how often a lost connection to the broker was opened again
 */
public record ObserverHealth(
    @Nullable String obstacle, int repositories, int unreadable, long reconnects) {}
