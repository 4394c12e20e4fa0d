package ci.assay.cli.metrics;

import ci.assay.notify.Notifier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The metrics of notifications. */
public final class NotifierMeters {

  private final ProcessMeters meters;
  private final Clock clock;

  public NotifierMeters(ProcessMeters meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  /** Adds the gauges of a notifier; they end when it is no longer referenced. */
  public void watch(Notifier notifier) {
    meters.gauge(
        "assay.notifications.pending",
        "Notifications that are still to be sent",
        notifier,
        of -> of.totals().pending());
    meters.gauge(
        "assay.notifications.given.up",
        "Notifications of the last 30 days that were given up",
        notifier,
        of -> of.totals().givenUp());
    meters.gauge(
        "assay.notifications.oldest.seconds",
        "For how long the oldest pending notification has waited",
        notifier,
        this::age);
  }

  private double age(Notifier notifier) {
    Instant oldest = notifier.totals().oldest();
    return oldest == null ? 0 : Duration.between(oldest, clock.instant()).toSeconds();
  }
}
