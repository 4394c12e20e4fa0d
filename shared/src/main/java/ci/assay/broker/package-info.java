/**
 * RabbitMQ (and the embedded broker): connection, topology, publishing with confirms, consuming
 * with manual acks.
 */
@NullMarked
package ci.assay.broker;

import org.jspecify.annotations.NullMarked;
