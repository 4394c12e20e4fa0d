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
   * Done: publish these messages, wait until the broker has confirmed each, tell {@code callback},
   * then ack.
   *
   * @param publishFirst not copied, since it may read each message only when it is asked for: the
   *     caller must not change it
   */
  record Ack(List<OutgoingMessage> publishFirst, PublishCallback callback) implements Disposition {

    /** The same, with one more action once all messages are confirmed. */
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

    /** Without a callback; when the broker refuses a message, the delivery is retried. */
    public Ack(List<OutgoingMessage> publishFirst) {
      this(publishFirst, PublishCallback.NONE);
    }
  }

  /**
   * Not now: publish these messages, wait until the broker has confirmed each, then give the
   * delivery back to the queue after {@code after}. Until then it counts against the prefetch, so
   * no other is taken in its place.
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
   * Not now, but others can be handled: as {@link RetryLater}, but the next delivery is taken
   * meanwhile, unless too many are held this way already.
   */
  record HoldThenRetry(Duration after, String reason, List<OutgoingMessage> publishFirst)
      implements Disposition {
    public HoldThenRetry {
      publishFirst = List.copyOf(publishFirst);
    }

    /** With nothing to publish. */
    public HoldThenRetry(Duration after, String reason) {
      this(after, reason, List.of());
    }
  }

  /**
   * Not yet: keep the delivery unacked, while others are taken, until {@code then} completes with
   * another disposition (any but this one). When the channel is lost meanwhile, the broker takes
   * the delivery back, and {@code then} is cancelled.
   */
  record Hold(CompletableFuture<Disposition> then, String reason) implements Disposition {}

  /**
   * The remaining work does not need the handler: the next delivery is handled while {@code rest}
   * does it and returns another disposition (any but this one).
   */
  record Continue(Rest rest) implements Disposition {}

  /**
   * Wait until every earlier delivery of the same loop is settled or due to go back; {@code rest}
   * then returns another disposition (any but this one). The handler's thread is blocked meanwhile.
   */
  record AfterEarlier(Rest rest) implements Disposition {}

  /**
   * Not here, not now: give the delivery back at once, and take no other one before one of those in
   * hand is done.
   */
  record GiveBack(String reason) implements Disposition {}

  /**
   * Never: move the message to {@link Topology#DEAD_QUEUE} with the reason, then ack.
   *
   * @param reason is shortened and put on one line, since it may quote the message, is logged, and
   *     travels in a header, whose size is limited
   */
  record Park(String reason) implements Disposition {

    private static final int LONGEST_REASON = 500;

    public Park {
      reason = Texts.line(reason, LONGEST_REASON);
    }
  }

  /** Is told the outcome of the messages of an {@link Ack}, on the thread that published them. */
  interface PublishCallback {

    /** Does nothing on success; retries on a refusal. */
    PublishCallback NONE =
        new PublishCallback() {
          @Override
          public void confirmed() {}

          @Override
          public Disposition refused(String why) {
            return new RetryLater(Duration.ofSeconds(5), why);
          }
        };

    /** The broker has confirmed all messages; the delivery is acked when this returns. */
    void confirmed();

    /**
     * The broker refused one of the messages for good; it may have confirmed the others. Returns
     * what to do instead of the ack.
     */
    Disposition refused(String why);
  }

  /** Done, with nothing to publish. */
  static Disposition ack() {
    return new Ack(List.of());
  }

  /** The second part of a decision, for {@link Continue} and {@link AfterEarlier}. */
  @FunctionalInterface
  interface Rest {
    Disposition decide() throws InterruptedException;
  }

  /**
   * Decides about one kind of delivery. Called on a thread of the {@link QueueConsumer}, never on
   * the client's.
   */
  @FunctionalInterface
  interface Handler {
    Disposition handle(IncomingMessage message) throws InterruptedException;
  }
}
