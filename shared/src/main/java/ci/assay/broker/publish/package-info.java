/**
 * Publishing with confirms: a message is sent again until the broker has it. Begin with {@link
 * ci.assay.broker.publish.ConfirmedPublisher}; the states of a message are in {@code Outbox}.
 */
@NullMarked
package ci.assay.broker.publish;

import org.jspecify.annotations.NullMarked;
