package ci.assay.worker.spool;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.PublishRefusedException;
import ci.assay.common.CannotRunException;
import ci.assay.model.Result;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers, once and in the background, the results that were in the spool at the start. */
public final class SpoolReplay implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SpoolReplay.class);

  private final Spool spool;
  private final List<Result> left;
  private final ConfirmedPublisher publisher;
  private final Thread thread = Threads.daemon("spool", this::deliverAll);

  /**
   * @param left what {@link Spool#load} found
   * @param publisher not closed by this object
   */
  public SpoolReplay(Spool spool, List<Result> left, ConfirmedPublisher publisher) {
    this.spool = spool;
    this.left = List.copyOf(left);
    this.publisher = publisher;
  }

  public void start() {
    if (!left.isEmpty()) {
      log.info("delivering {} results that an earlier worker here could not", left.size());
      thread.start();
    }
  }

  private void deliverAll() {
    try {
      for (Result each : left) {
        // a result that fails because of a defect of ours stays for the next start
        Steps.lasting("delivering the result of " + each.id(), () -> deliver(spool.delivery(each)));
      }
      log.info("no more results of earlier workers are to be delivered");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CannotRunException e) {
      log.debug("the rest is for the next worker here: {}", e.getMessage());
    }
  }

  private void deliver(Disposition.Ack what) throws InterruptedException {
    try {
      publisher.publishAll(what.publishFirst());
      what.callback().confirmed();
    } catch (PublishRefusedException e) {
      String why = String.valueOf(e.getMessage());
      log.error("{}", why);
      if (what.callback().refused(why) instanceof Disposition.Ack instead) {
        deliver(instead);
      }
    }
  }

  /** Stops. Results that are not delivered yet stay for the next start. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
