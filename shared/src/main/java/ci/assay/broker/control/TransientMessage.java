package ci.assay.broker.control;

import ci.assay.model.Message;

/**
 * What a {@link ControlChannel} has to say.
 *
 * @param correlation gives an answer back to its question; empty when it is neither
 * @param isQuestion whether an answer is wanted
 */
record TransientMessage(
    String exchange, String key, Message message, String correlation, boolean isQuestion) {}
