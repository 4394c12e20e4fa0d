package ci.assay.broker.consume;

import ci.assay.broker.Topology;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.Texts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a handler decides about a delivery; {@link QueueConsumer} alone acts on it. */
public sealed interface Disposition {

  /**
   * Done: publish these, wait until the broker has confirmed each, tell {@code callback}, then ack.
   */
  record Ack(List<OutgoingMessage> publishFirst, PublishCallback callback) implements Disposition {
    public Ack {
      publishFirst = List.copyOf(publishFirst);
    }

    /** The same, with something more to do once all is confirmed. */
    public Ack andThen(Runnable confirmed) {
      return new Ack(
          publishFirst,
          new PublishCallback() {
            @Override
            public void confirmed() {
              callback.confirmed();
              confirmed.run();
            }

            @Override
            public Disposition refused(String why) {
              return callback.refused(why);
            }
          });
    }

    /** With nobody to tell; a message that is refused is tried again. */
    public Ack(List<OutgoingMessage> publishFirst) {
      this(publishFirst, PublishCallback.NONE);
    }
  }

  /**
   * Not now, and nothing else in its place: publish these, wait until the broker has confirmed
   * each, then give it back to the queue after a while.
   */
  record RetryLater(Duration after, String reason, List<OutgoingMessage> publishFirst)
      implements Disposition {
    public RetryLater {
      publishFirst = List.copyOf(publishFirst);
    }

    /** With nothing to publish. */
    public RetryLater(Duration after, String reason) {
      this(after, reason, List.of());
    }
  }

  /**
   * Not now, though others may be: as {@link RetryLater}, but meanwhile the next delivery is taken,
   * unless too many are kept so already.
   */
  record RetryAside(Duration after, String reason, List<OutgoingMessage> publishFirst)
      implements Disposition {
    public RetryAside {
      publishFirst = List.copyOf(publishFirst);
    }

    /** With nothing to publish. */
    public RetryAside(Duration after, String reason) {
      this(after, reason, List.of());
    }
  }

  /**
   * Not yet: keep it, unacked, without keeping anything else from being taken, until {@code then}
   * says what to do with it (anything but this). Nothing comes of it when the broker takes the
   * delivery back meanwhile.
   */
  record Hold(CompletableFuture<Disposition> then, String reason) implements Disposition {}

  /**
   * What is left to do takes no turn of the handler's, only time: the next delivery is handled
   * meanwhile. {@code rest} then says what to do with this one (anything but this).
   */
  record Continue(Rest rest) implements Disposition {}

  /**
   * Not before all that was delivered before on the same channel is settled, or goes back later;
   * {@code rest} then says what to do (anything but this). Meanwhile the thread is taken.
   */
  record AfterEarlier(Rest rest) implements Disposition {}

  /** Not here, not now: give it back at once, and take no other before one in hand is done. */
  record GiveBack(String reason) implements Disposition {}

  /**
   * Never: keep it in {@link Topology#DEAD_QUEUE} with the reason, then ack.
   *
   * @param reason is cut and put on one line: it may quote the message, is logged, and travels in a
   *     header, which has no room for more
   */
  record Park(String reason) implements Disposition {

    private static final int LONGEST_REASON = 500;

    public Park {
      reason = Texts.line(reason, LONGEST_REASON);
    }
  }

  /** Is told what became of the messages of an {@link Ack}, on the thread that published them. */
  interface PublishCallback {

    /** Nobody to tell. */
    PublishCallback NONE =
        new PublishCallback() {
          @Override
          public void confirmed() {}

          @Override
          public Disposition refused(String why) {
            return new RetryLater(Duration.ofSeconds(5), why);
          }
        };

    /** The broker has them all; the delivery is acked when this returns. */
    void confirmed();

    /** The broker will never have one of them, the others it may have: what to do instead. */
    Disposition refused(String why);
  }

  /** Done, with nothing to publish. */
  static Disposition ack() {
    return new Ack(List.of());
  }

  /** The end of a decision. */
  @FunctionalInterface
  interface Rest {
    Disposition decide() throws InterruptedException;
  }

  /** Decides about one kind of delivery. Called on a thread of its own, never on the client's. */
  @FunctionalInterface
  interface Handler {
    Disposition handle(IncomingMessage message) throws InterruptedException;
  }
}
