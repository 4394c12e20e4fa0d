package ci.assay.coordinator;

import ci.assay.broker.Disposition;
import ci.assay.broker.Disposition.RetryLater;
import ci.assay.coordinator.ResultStore.Answer;
import ci.assay.model.Resend;
import ci.assay.model.Result;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about a result: it is acked when it, or another of its job, is on the disk. */
final class ResultHandler {

  private static final Logger log = LoggerFactory.getLogger(ResultHandler.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final ResultStore store;
  private final Consumer<Resend> resends;
  private final LogPatience patience;

  /**
   * @param resends is told whose files are missing
   */
  ResultHandler(ResultStore store, Consumer<Resend> resends, Clock clock) {
    this.resends = resends;
    this.store = store;
    this.patience = new LogPatience(clock);
  }

  Disposition handle(Result result) throws IOException, InterruptedException {
    Answer answer = store.add(result);
    if (answer == Answer.INCOMPLETE) {
      LogPatience.Step step = patience.next(result.run());
      if (step == LogPatience.Step.ASK) {
        log.info("{}: asking for the files of run {}", result.id(), result.run());
        resends.accept(new Resend(result.id(), result.run()));
      }
      if (step != LogPatience.Step.GIVE_UP) {
        return new RetryLater(
            ASK_AGAIN, "pieces of the files of run " + result.run() + " are missing");
      }
      log.warn("{}: pieces of the files of run {} are lost", result.id(), result.run());
      answer = store.addWithoutWholeFiles(result);
    }
    patience.forget(result.run());
    if (answer == Answer.STORED) {
      log.info(
          "{} {}: {} (run {} on {}, {} ms)",
          result.id(),
          result.outcome().word(),
          result.summary(),
          result.run(),
          result.worker(),
          result.duration().toMillis());
    }
    return Disposition.ack();
  }
}
