package ci.assay.web;

import ci.assay.coordinator.LiveListener;
import ci.assay.model.JobId;
import ci.assay.model.Order;
import ci.assay.model.Presence;
import ci.assay.model.Receipt;
import java.util.List;

/** The running system, as the pages need it. Safe for use by many threads. */
public interface Installation {

  /** The workers that were heard of within some seconds. */
  List<Presence> workers();

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
   * Gives an order to the active coordinator and waits for what comes of it.
   *
   * @throws ci.assay.model.CannotRunException when none answers
   */
  Receipt give(Order order) throws InterruptedException;
}
