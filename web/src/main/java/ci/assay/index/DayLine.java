package ci.assay.index;

import ci.assay.model.Outcome;

/**
 * The verdicts of one outcome on one day.
 *
 * @param day days since 1970-01-01, UTC
 * @param verdicts the number of verdicts
 * @param durationMillis the sum of their durations
 */
public record DayLine(long day, Outcome outcome, long verdicts, long durationMillis) {}
