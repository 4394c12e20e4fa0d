package ci.assay.coordinator.active;

import ci.assay.broker.publish.OutgoingMessage;
import java.util.concurrent.CompletableFuture;

/** Publishes a message; completes when the broker has confirmed it. */
@FunctionalInterface
public interface Sender {
  CompletableFuture<Void> publish(OutgoingMessage message) throws InterruptedException;
}
