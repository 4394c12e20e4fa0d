package ci.assay.web.page;

import ci.assay.coordinator.live.LiveListener;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.notify.outbox.Outbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running system, as the pages see it. Thread-safe. */
public interface Installation {

  /** The workers that reported themselves within the last seconds. */
  List<Presence> workers();

  /** The last messages of the workers that vanished lately without a word, the latest one first. */
  List<Presence> lostWorkers();

  /** The outbox of notifications, not to be closed; null where no rule is configured. */
  default @Nullable Outbox outbox() {
    return null;
  }

  /** Whether the broker is connected and results can be stored. */
  boolean isReady();

  /** Metrics in Prometheus's text format; empty if there are none. */
  default String metrics() {
    return "";
  }

  /**
   * Passes the output of a job's run to a listener, from the first byte on, until the returned
   * object is closed.
   */
  AutoCloseable watch(JobId job, LiveListener listener);

  /**
   * Asks the observer of a repository to poll it at once; does not wait.
   *
   * @param by who said that something was pushed
   */
  void poll(String repository, String by);

  /**
   * Gives an order to the active coordinator and waits for the reply.
   *
   * @throws ci.assay.common.CannotRunException when no coordinator answers
   */
  OrderReply give(Order order) throws InterruptedException;
}
