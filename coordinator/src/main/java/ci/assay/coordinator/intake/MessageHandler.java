package ci.assay.coordinator.intake;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.active.ActiveFlag;
import ci.assay.coordinator.active.Ticker;
import ci.assay.coordinator.owed.RunPermissions;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.StoringHandler;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.Tick;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Decides about everything in the results queue: copies of jobs, pieces of files, what began,
 * results. What can't be read is parked with the reason. Told apart by what they are, not by how
 * they came.
 */
public final class MessageHandler implements StoringHandler {

  private final ResultStore store;
  private final ResultHandler results;
  private final RunPermissions permissions;
  private final Ticker ticker;
  private final ActiveFlag flag;

  /**
   * @param resends is told whose files are missing
   */
  public MessageHandler(
      ResultStore store,
      RunPermissions permissions,
      Ticker ticker,
      ActiveFlag flag,
      Consumer<ResendRequest> resends,
      Clock clock) {
    this.store = store;
    this.permissions = permissions;
    this.ticker = ticker;
    this.flag = flag;
    this.results = new ResultHandler(store, resends, clock);
  }

  @Override
  public Disposition handle(IncomingMessage incoming) throws IOException, InterruptedException {
    flag.received();
    try {
      return incoming.contentType().equals(OutgoingMessage.GZIP)
          ? handle(FilePiece.of(incoming))
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
    if (message instanceof RunStarted started) {
      return note(started.id(), started.run(), started);
    }
    if (message instanceof RunReturned returned) {
      return note(returned.id(), returned.run(), returned);
    }
    if (message instanceof Tick tick) {
      return new Disposition.AfterEarlier(() -> handle(tick));
    }
    return new Park("a " + message.getClass().getSimpleName() + " does not belong in this queue");
  }

  /** Whatever was in the queue before it is stored by now. */
  private Disposition handle(Tick tick) {
    ticker.received(tick);
    return Disposition.ack();
  }

  /** The observer's copy: from now on the job is owed a result. */
  private Disposition handle(Job job) throws IOException {
    store.add(job);
    return Disposition.ack();
  }

  private Disposition handle(FilePiece piece) throws IOException {
    store.add(piece);
    return Disposition.ack();
  }

  /** Attempts are counted from these. */
  private Disposition note(JobId id, String run, Message message) throws IOException {
    store.addToStarts(id, message);
    permissions.forget(run);
    return Disposition.ack();
  }
}
