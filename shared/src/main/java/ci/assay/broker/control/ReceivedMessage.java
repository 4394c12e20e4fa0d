package ci.assay.broker.control;

import ci.assay.model.Message;

/**
 * A message that a {@link ControlChannel} heard.
 *
 * @param replyTo where an answer goes; empty when none is wanted
 * @param correlation gives the answer back to its question
 * @param user the broker's user who sent it, verified by the broker; empty where none was given
 * @param isOwn whether this very {@link ControlChannel} had said it
 */
public record ReceivedMessage(
    Message message, String replyTo, String correlation, String user, boolean isOwn) {}
