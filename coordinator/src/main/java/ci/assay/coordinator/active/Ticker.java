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
 * Sends ticks through the results queue and knows which have come back: what was in the queue
 * before such a tick has arrived as well. Safe for use by many threads.
 */
public final class Ticker {

  /** A tick that has not come back by then is behind a long queue, or lost. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Sender sender;
  private final Identity self;
  private final Clock clock;
  private final AtomicLong sent = new AtomicLong();
  private final Map<Long, CompletableFuture<Void>> awaited = new ConcurrentSkipListMap<>();
  private volatile CompletableFuture<Void> onItsWay = CompletableFuture.completedFuture(null);

  public Ticker(Sender sender, Identity self, Clock clock) {
    this.sender = sender;
    this.self = self;
    this.clock = clock;
  }

  /** Sends one, unless the one before has not reached the broker yet. */
  public void tick() throws InterruptedException {
    if (onItsWay.isDone()) {
      onItsWay = send(sent.incrementAndGet());
    }
  }

  /**
   * Sends one and waits for it in the background.
   *
   * @return completes when it is back, which it never is while another coordinator is the active
   *     one; fails after half a minute
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

  /** One has come back, ours or another's. */
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
