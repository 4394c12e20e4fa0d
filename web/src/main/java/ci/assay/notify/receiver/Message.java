package ci.assay.notify.receiver;

import java.time.Instant;

/**
 * A notice that is sent to one receiver.
 *
 * @param id the same for each try, also after a crash, so that a receiver can drop duplicates
 * @param sentAt the time of this try
 */
public record Message(String id, Notice notice, Instant sentAt) {}
