package ci.assay.broker.control;

import ci.assay.model.Message;

/**
 * A message for a {@link ControlChannel} to send.
 *
 * @param correlation the correlation id of a question and its answer; empty for any other message
 * @param isQuestion whether the sender expects an answer
 */
record TransientMessage(
    String exchange, String key, Message message, String correlation, boolean isQuestion) {}
