package ci.assay.cli.metrics;

import ci.assay.observer.Observer;
import ci.assay.observer.poll.PollListener;
import io.micrometer.core.instrument.Counter;

/** Counts what an observer does. */
public final class ObserverMeters implements PollListener {

  private final ProcessMeters meters;

  public ObserverMeters(ProcessMeters meters) {
    this.meters = meters;
  }

  /** Adds gauges of this observer's health. They do not keep it from being collected. */
  public void watch(Observer observer) {
    meters.gauge(
        "assay.repositories",
        "Repositories that are watched",
        observer,
        of -> of.health().repositories());
    meters.gauge(
        "assay.repositories.unreadable",
        "Repositories that could not be read at the last poll",
        observer,
        of -> of.health().unreadable());
    meters.reconnects("observer", observer, of -> of.health().reconnects());
  }

  @Override
  public void polled(String repository, boolean isWell) {
    Counter.builder("assay.polls")
        .description("Looks at a repository")
        .tag("repository", repository)
        .tag("result", isWell ? "read" : "unreadable")
        .register(meters.registry())
        .increment();
  }
}
