package ci.assay.web.page;

import ci.assay.coordinator.live.LiveListener;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.notify.outbox.Outbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running system, as the pages need it. Safe for use by many threads. */
public interface Installation {

  /** The workers that were heard of within some seconds. */
  List<Presence> workers();

  /** What is to be told, and was; null where nobody is told anything. Not to be closed. */
  default @Nullable Outbox outbox() {
    return null;
  }

  /** Whether the broker is connected and results can be stored. */
  boolean isReady();

  /** Numbers about it in Prometheus's text format; empty where nobody counts. */
  default String metrics() {
    return "";
  }

  /**
   * Tells a listener what a job's run prints, from its first byte on, until the returned object is
   * closed.
   */
  AutoCloseable watch(JobId job, LiveListener listener);

  /**
   * Has a repository looked at at once, by whoever watches it; does not wait.
   *
   * @param by who says that something was pushed
   */
  void poll(String repository, String by);

  /**
   * Gives an order to the active coordinator and waits for what comes of it.
   *
   * @throws ci.assay.common.CannotRunException when none answers
   */
  OrderReply give(Order order) throws InterruptedException;
}
