package ci.assay.coordinator.active;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.Tick;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends ticks through the results queue and waits for their return: when a tick has come back,
 * everything that was in the queue before it has been received, too. Safe for use by many threads.
 */
public final class Ticker {

  /** After this time, a tick that has not come back is behind a long queue, or lost. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Sender sender;
  private final Identity self;
  private final Clock clock;
  private final AtomicLong sent = new AtomicLong();
  private final Map<Long, CompletableFuture<Void>> awaited = new ConcurrentSkipListMap<>();
  private volatile CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);

  public Ticker(Sender sender, Identity self, Clock clock) {
    this.sender = sender;
    this.self = self;
    this.clock = clock;
  }

  /** Sends a tick, unless the last one is not confirmed yet. */
  public void tick() throws InterruptedException {
    if (inFlight.isDone()) {
      inFlight = send(sent.incrementAndGet());
    }
  }

  /**
   * Sends a tick and waits in the background until it comes back.
   *
   * @return completes when the tick has come back; fails after 30 seconds, and always while another
   *     coordinator is active
   */
  public CompletableFuture<Void> roundTrip() throws InterruptedException {
    long number = sent.incrementAndGet();
    CompletableFuture<Void> back = new CompletableFuture<>();
    awaited.put(number, back);
    return send(number)
        .thenCompose(sent -> back)
        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((nothing, failure) -> awaited.remove(number));
  }

  /** A tick was received, from this coordinator or another one. */
  public void received(Tick tick) {
    CompletableFuture<Void> back =
        tick.coordinator().equals(self.coordinator()) ? awaited.get(tick.number()) : null;
    if (back != null) {
      back.completeAsync(() -> null);
    }
  }

  private CompletableFuture<Void> send(long number) throws InterruptedException {
    return sender.publish(
        OutgoingMessage.tick(new Tick(self.store(), self.coordinator(), number, clock.instant())));
  }
}
