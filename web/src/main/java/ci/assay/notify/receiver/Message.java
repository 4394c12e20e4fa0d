package ci.assay.notify.receiver;

import java.time.Instant;

/**
 * A notice on its way to one receiver.
 *
 * @param id stays the same however often it is sent, also after a crash, so that a receiver knows
 *     one that it had
 * @param sentAt the time of this try
 */
public record Message(String id, Notice notice, Instant sentAt) {}
