package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;

/**
 * A verdict as it was noticed.
 *
 * @param sequence grows with each; what has been read can be remembered by it
 * @param at when the last of its runs ended
 */
public record FeedLine(
    long sequence, String repository, String ref, String commit, Outcome outcome, Instant at) {}
