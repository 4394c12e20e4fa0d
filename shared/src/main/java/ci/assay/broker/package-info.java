/**
 * The connection to the broker, and the exchanges and queues that are declared there. Publishing,
 * consuming and the control channel are subpackages; no other code uses AMQP. Begin with {@link
 * ci.assay.broker.Topology}, then {@link ci.assay.broker.BrokerConnection}.
 */
@NullMarked
package ci.assay.broker;

import org.jspecify.annotations.NullMarked;
