/**
 * The connection to the broker and what is declared there. Publishing, consuming and the control
 * channel are packages of their own below this one; no other code knows AMQP. Begin with {@link
 * ci.assay.broker.Topology}, then {@link ci.assay.broker.BrokerConnection}.
 */
@NullMarked
package ci.assay.broker;

import org.jspecify.annotations.NullMarked;
