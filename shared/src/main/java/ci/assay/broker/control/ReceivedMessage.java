package ci.assay.broker.control;

import ci.assay.model.Message;

/**
 * A message that a {@link ControlChannel} received.
 *
 * @param replyTo the routing key for an answer; empty when none is wanted
 * @param correlation the correlation id to set on the answer
 * @param user the broker user who sent it, verified by the broker; empty when the message has none
 * @param isOwn whether this same {@link ControlChannel} sent it
 */
public record ReceivedMessage(
    Message message, String replyTo, String correlation, String user, boolean isOwn) {}
