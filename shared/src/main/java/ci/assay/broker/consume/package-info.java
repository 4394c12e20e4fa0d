/**
 * Consuming with manual acknowledgements: a handler returns a {@link
 * ci.assay.broker.consume.Disposition} and {@link ci.assay.broker.consume.QueueConsumer} alone acts
 * on it. Begin with these two.
 */
@NullMarked
package ci.assay.broker.consume;

import org.jspecify.annotations.NullMarked;
