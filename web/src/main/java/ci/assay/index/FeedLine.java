package ci.assay.index;

import ci.assay.model.Outcome;
import java.time.Instant;

/**
 * A verdict in the feed.
 *
 * @param sequence grows with each verdict, so that a reader can remember its position
 * @param at when the last of its runs ended
 */
public record FeedLine(
    long sequence, String repository, String ref, String commit, Outcome outcome, Instant at) {}
