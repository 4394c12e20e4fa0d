package ci.assay.broker;

import java.time.Duration;
import java.util.List;

/** What a handler decides about a delivery; {@link QueueConsumer} alone acts on it. */
public sealed interface Disposition {

  /** Done: publish these, wait until the broker has confirmed each, then ack. */
  record Ack(List<Outgoing> publishFirst) implements Disposition {
    public Ack {
      publishFirst = List.copyOf(publishFirst);
    }
  }

  /** Not now: give it back to the queue after a while. */
  record RetryLater(Duration after, String reason) implements Disposition {}

  /** Never: keep it in {@link Topology#DEAD_QUEUE} with the reason, then ack. */
  record Park(String reason) implements Disposition {}

  /** Done, with nothing to publish. */
  static Disposition ack() {
    return new Ack(List.of());
  }

  /** Decides about one kind of delivery. Called on a thread of its own, never on the client's. */
  @FunctionalInterface
  interface Handler {
    Disposition handle(Incoming message) throws InterruptedException;
  }
}
