package ci.assay.notify;

import ci.assay.common.AssayException;
import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.Entry.State;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.outbox.RetryState;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Receiver;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is in the outbox, each queue in its order. The result of a try is stored after the
 * receiver's answer, so a crash between the two sends that notice again, with the same id. Safe for
 * use by many threads, at most one for each queue.
 */
final class OutboxSender {

  private static final Logger log = LoggerFactory.getLogger(OutboxSender.class);

  private static final int MAX_DETAIL_LENGTH = 300;

  private final Outbox outbox;
  private final Map<String, Receiver> receivers;
  private final RetryPolicy retryPolicy;
  private final Duration giveUpAfter;
  private final Clock clock;

  /**
   * @param receivers the receivers, by the names of their rules
   */
  OutboxSender(
      Outbox outbox,
      Map<String, Receiver> receivers,
      RetryPolicy retryPolicy,
      Duration giveUpAfter,
      Clock clock) {
    this.outbox = outbox;
    this.receivers = Map.copyOf(receivers);
    this.retryPolicy = retryPolicy;
    this.giveUpAfter = giveUpAfter;
    this.clock = clock;
  }

  /**
   * Sends what is pending in a queue, until it is empty, a try fails, or {@code maySend} says no.
   */
  void drain(String queue, BooleanSupplier maySend) throws InterruptedException {
    while (maySend.getAsBoolean()) {
      Optional<Entry> next = outbox.next(queue);
      if (next.isEmpty() || !send(next.get())) {
        return;
      }
    }
  }

  /** Sends one entry; returns whether the next one in the queue may be sent. */
  private boolean send(Entry entry) throws InterruptedException {
    if (outbox.isSuperseded(entry)) {
      outbox.finish(entry, State.SUPERSEDED, "a newer status is sent instead", clock.instant());
      return true;
    }
    CrashPoint.NOTIFIER_SENDING.reached();
    DeliveryResult result = trySending(entry);
    CrashPoint.NOTIFIER_ANSWERED.reached();
    String detail = Texts.line(result.detail(), MAX_DETAIL_LENGTH);
    Instant now = clock.instant();
    if (result instanceof DeliveryResult.Delivered) {
      outbox.finish(entry, State.SENT, detail, now);
      CrashPoint.NOTIFIER_SENT_STORED.reached();
      log.debug("{}: sent {}: {}", entry.address().rule(), entry.id(), detail);
      return true;
    }
    if (result instanceof DeliveryResult.Refused) {
      outbox.finish(entry, State.GIVEN_UP, detail, now);
      log.warn(
          "{}: {} of {} {} was refused and is not tried again: {}",
          entry.address().rule(),
          entry.subject().kind(),
          entry.subject().repository(),
          entry.subject().commit(),
          detail);
      return true;
    }
    retryLater(entry, result, detail, now);
    return false;
  }

  private void retryLater(Entry entry, DeliveryResult result, String detail, Instant now) {
    String queue = entry.address().queue();
    Optional<RetryState> earlier = outbox.retryState(queue);
    int failures = earlier.map(RetryState::failures).orElse(0) + 1;
    Duration wait = retryPolicy.after(result, failures);
    boolean isStopped = result instanceof DeliveryResult.Stopped;
    outbox.recordFailure(
        entry,
        new RetryState(queue, failures, now.plus(wait), isStopped, detail),
        now.minus(giveUpAfter),
        now);
    if (failures == 1 || earlier.map(state -> !state.lastAnswer().equals(detail)).orElse(true)) {
      log.warn(
          "{}: notifications wait{}, the next try is in {} s: {}",
          queue,
          isStopped ? " until somebody changes this" : "",
          wait.toSeconds(),
          detail);
    }
  }

  private DeliveryResult trySending(Entry entry) throws InterruptedException {
    Receiver receiver = receivers.get(entry.address().rule());
    if (receiver == null) {
      return new DeliveryResult.Stopped("assay.yaml has no rule of that name");
    }
    try {
      Notice notice = Codec.fromJson(entry.body().getBytes(StandardCharsets.UTF_8), Notice.class);
      return receiver.send(new Message(entry.id(), notice, clock.instant()));
    } catch (InvalidInputException e) { // for example a missing token file
      return new DeliveryResult.Stopped(String.valueOf(e.getMessage()));
    } catch (AssayException e) {
      return new DeliveryResult.RetryLater(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("{}: {} cannot be sent; this is a defect", entry.address().rule(), entry.id(), e);
      return new DeliveryResult.Refused("a defect: " + e);
    }
  }
}
