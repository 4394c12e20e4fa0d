package ci.assay.coordinator;

import ci.assay.broker.Outgoing;
import java.util.concurrent.CompletableFuture;

/** Publishes a message; completes when the broker has confirmed it. */
@FunctionalInterface
interface Sender {
  CompletableFuture<Void> publish(Outgoing message) throws InterruptedException;
}
