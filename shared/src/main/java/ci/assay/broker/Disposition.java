package ci.assay.broker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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

  /**
   * Not yet: keep it, unacked, without keeping anything else from being taken, until {@code then}
   * says what to do with it (anything but this). Nothing comes of it when the broker takes the
   * delivery back meanwhile.
   */
  record Hold(CompletableFuture<Disposition> then, String reason) implements Disposition {}

  /** Not here, not now: give it back at once, and take no other before one in hand is done. */
  record GiveBack(String reason) implements Disposition {}

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
