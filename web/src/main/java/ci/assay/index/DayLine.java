package ci.assay.index;

import ci.assay.model.Outcome;

/**
 * The verdicts of one outcome that were found on one day.
 *
 * @param day since 1970, UTC
 * @param durationMillis of all of them together
 */
public record DayLine(long day, Outcome outcome, long verdicts, long durationMillis) {}
