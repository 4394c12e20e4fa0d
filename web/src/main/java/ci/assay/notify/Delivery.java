package ci.assay.notify;

import ci.assay.common.AssayException;
import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.Entry.State;
import ci.assay.notify.outbox.Lane;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.receiver.Answer;
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
 * Tells what is in the outbox, each lane in its order. A try is noted after its answer: whoever
 * dies between the two tells that one again, under the same id. Safe for use by many threads, one
 * for each lane.
 */
final class Delivery {

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private static final int LONGEST_ANSWER = 300;

  private final Outbox outbox;
  private final Map<String, Receiver> receivers;
  private final Pace pace;
  private final Duration giveUpAfter;
  private final Clock clock;

  /**
   * @param receivers by the names of their rules
   */
  Delivery(
      Outbox outbox,
      Map<String, Receiver> receivers,
      Pace pace,
      Duration giveUpAfter,
      Clock clock) {
    this.outbox = outbox;
    this.receivers = Map.copyOf(receivers);
    this.pace = pace;
    this.giveUpAfter = giveUpAfter;
    this.clock = clock;
  }

  /** Tells what is pending in a lane, until it is empty, does not go well, or is not ours. */
  void serve(String lane, BooleanSupplier isOurs) throws InterruptedException {
    while (isOurs.getAsBoolean()) {
      Optional<Entry> next = outbox.next(lane);
      if (next.isEmpty() || !tell(next.get())) {
        return;
      }
    }
  }

  /** Whether the next in the lane may be told. */
  private boolean tell(Entry entry) throws InterruptedException {
    if (outbox.isOvertaken(entry)) {
      outbox.done(entry, State.OVERTAKEN, "a newer state is told instead", clock.instant());
      return true;
    }
    CrashPoint.NOTIFIER_TELLING.reached();
    Answer answer = answer(entry);
    CrashPoint.NOTIFIER_ANSWERED.reached();
    String words = Texts.line(answer.words(), LONGEST_ANSWER);
    Instant now = clock.instant();
    if (answer instanceof Answer.Told) {
      outbox.done(entry, State.TOLD, words, now);
      CrashPoint.NOTIFIER_TOLD_STORED.reached();
      log.debug("{}: told {}: {}", entry.address().rule(), entry.id(), words);
      return true;
    }
    if (answer instanceof Answer.Refused) {
      outbox.done(entry, State.GIVEN_UP, words, now);
      log.warn(
          "{}: {} of {} {} is not taken, and not tried again: {}",
          entry.address().rule(),
          entry.subject().kind(),
          entry.subject().repository(),
          entry.subject().commit(),
          words);
      return true;
    }
    later(entry, answer, words, now);
    return false;
  }

  private void later(Entry entry, Answer answer, String words, Instant now) {
    String name = entry.address().lane();
    Optional<Lane> known = outbox.lane(name);
    int failures = known.map(Lane::failures).orElse(0) + 1;
    Duration wait = pace.after(answer, failures);
    boolean isStopped = answer instanceof Answer.Stopped;
    outbox.failed(
        entry,
        new Lane(name, failures, now.plus(wait), isStopped, words),
        now.minus(giveUpAfter),
        now);
    if (failures == 1 || known.map(lane -> !lane.said().equals(words)).orElse(true)) {
      log.warn(
          "{}: notifications wait{}, the next try is in {} s: {}",
          name,
          isStopped ? " until somebody mends this" : "",
          wait.toSeconds(),
          words);
    }
  }

  private Answer answer(Entry entry) throws InterruptedException {
    Receiver receiver = receivers.get(entry.address().rule());
    if (receiver == null) {
      return new Answer.Stopped("assay.yaml has no rule of that name");
    }
    try {
      Notice notice = Codec.fromJson(entry.body().getBytes(StandardCharsets.UTF_8), Notice.class);
      return receiver.tell(new Message(entry.id(), notice, clock.instant()));
    } catch (InvalidInputException e) { // a token that is not there, say
      return new Answer.Stopped(String.valueOf(e.getMessage()));
    } catch (AssayException e) {
      return new Answer.Later(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("{}: {} cannot be told, which is a defect", entry.address().rule(), entry.id(), e);
      return new Answer.Refused("a defect: " + e);
    }
  }
}
