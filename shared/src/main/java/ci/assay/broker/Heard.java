package ci.assay.broker;

import ci.assay.model.Message;

/**
 * A message that a {@link Talk} heard.
 *
 * @param replyTo where an answer goes; empty when none is wanted
 * @param correlation gives the answer back to its question
 * @param isOwn whether this very {@link Talk} had said it
 */
public record Heard(Message message, String replyTo, String correlation, boolean isOwn) {}
