package ci.assay.cli.metrics;

import ci.assay.notify.Notifier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Numbers about what is to be told. */
public final class NotifierMeters {

  private final ProcessMeters meters;
  private final Clock clock;

  public NotifierMeters(ProcessMeters meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  /** Tells how much there is, as long as somebody keeps it. */
  public void watch(Notifier notifier) {
    meters.gauge(
        "assay.notifications.pending",
        "Notifications that are still to be told",
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
