package ci.assay.coordinator;

import ci.assay.broker.Disposition;
import ci.assay.broker.Disposition.Park;
import ci.assay.broker.Incoming;
import ci.assay.broker.Outgoing;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.model.Started;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about everything in the results queue: copies of jobs, log pieces, what began, results.
 * What can't be read is parked with the reason. Told apart by what they are, not by how they came.
 */
final class MessageHandler implements StoringHandler {

  private static final Logger log = LoggerFactory.getLogger(MessageHandler.class);

  private final ResultStore store;
  private final ResultHandler results;

  MessageHandler(ResultStore store, Clock clock) {
    this.store = store;
    this.results = new ResultHandler(store, clock);
  }

  @Override
  public Disposition handle(Incoming incoming) throws IOException, InterruptedException {
    try {
      return incoming.contentType().equals(Outgoing.GZIP)
          ? handle(LogPiece.of(incoming))
          : handle(Codec.decode(incoming.body()));
    } catch (InvalidInputException e) {
      return new Park(String.valueOf(e.getMessage()));
    }
  }

  private Disposition handle(Message message) throws IOException, InterruptedException {
    if (message instanceof Result result) {
      return results.handle(result);
    }
    if (message instanceof Job job) {
      return handle(job);
    }
    if (message instanceof Started started) {
      return handle(started);
    }
    return new Park("a " + message.getClass().getSimpleName() + " does not belong in this queue");
  }

  /** The observer's copy: from now on the job is owed a result. */
  private Disposition handle(Job job) throws IOException {
    store.add(job);
    return Disposition.ack();
  }

  private Disposition handle(LogPiece piece) throws IOException {
    store.add(piece);
    return Disposition.ack();
  }

  /** Attempts are counted from these. */
  private static Disposition handle(Started started) {
    log.debug("{}: run {} began on {}", started.id(), started.run(), started.worker());
    return Disposition.ack();
  }
}
