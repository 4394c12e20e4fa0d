package ci.assay.coordinator.intake;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultStore.Answer;
import ci.assay.message.InlineFiles;
import ci.assay.message.ResendRequest;
import ci.assay.model.Result;
import ci.assay.model.State;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about a result: it is acked when it, or another result of its job, is on disk. */
final class ResultHandler {

  private static final Logger log = LoggerFactory.getLogger(ResultHandler.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final ResultStore store;
  private final Consumer<ResendRequest> resends;
  private final MissingPieces missingPieces;

  /**
   * @param resends receives the requests for missing files
   */
  ResultHandler(ResultStore store, Consumer<ResendRequest> resends, Clock clock) {
    this.resends = resends;
    this.store = store;
    this.missingPieces = new MissingPieces(clock);
  }

  Disposition handle(Result result, InlineFiles files) throws IOException, InterruptedException {
    Answer answer = store.add(result, files);
    if (answer == Answer.INCOMPLETE) {
      MissingPieces.Step step = missingPieces.next(result.run());
      if (step == MissingPieces.Step.ASK) {
        log.info("{}: asking for the files of run {}", result.id(), result.run());
        resends.accept(new ResendRequest(result.id(), result.run()));
      }
      if (step != MissingPieces.Step.GIVE_UP) {
        return new RetryLater(
            ASK_AGAIN, "pieces of the files of run " + result.run() + " are missing");
      }
      log.warn("{}: pieces of the files of run {} are lost", result.id(), result.run());
      answer = store.addWithoutWholeFiles(result);
    }
    missingPieces.forget(result.run());
    if (answer == Answer.STORED) {
      log.info(
          "{} {}: {} (run {} on {}, {} ms)",
          result.id(),
          State.of(result.outcome()).text(),
          result.summary(),
          result.run(),
          result.worker(),
          result.duration().toMillis());
    }
    return Disposition.ack();
  }
}
