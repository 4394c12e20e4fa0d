package ci.assay.cli.metrics;

import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a coordinator stores, and passes each call on to the next listener. */
public final class CoordinatorMeters implements VerdictListener {

  private final ProcessMeters meters;
  private final VerdictListener next;
  private final Map<Outcome, Counter> results;
  private final Map<Outcome, Counter> verdicts;

  public CoordinatorMeters(ProcessMeters meters, VerdictListener next) {
    this.meters = meters;
    this.next = next;
    this.results = counters("assay.results", "Jobs whose result was stored");
    this.verdicts = counters("assay.verdicts", "Verdicts on commits that were stored");
  }

  private Map<Outcome, Counter> counters(String name, String description) {
    Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder(name)
              .description(description)
              .tag("outcome", outcome.word())
              .register(meters.registry()));
    }
    return counters;
  }

  /** Adds gauges of this coordinator's health. They do not keep it from being collected. */
  public void watch(Coordinator coordinator) {
    meters.gauge(
        "assay.owed.jobs",
        "Jobs without a result; 0 on a standby coordinator",
        coordinator,
        of -> of.health().owed());
    meters.gauge(
        "assay.workers",
        "Workers that have reported in the last seconds",
        coordinator,
        of -> of.health().workers());
    meters.gauge(
        "assay.workers.lost",
        "Workers that fell silent within the last hour without having been stopped",
        coordinator,
        of -> of.lostWorkers().size());
    meters.gauge(
        "assay.coordinator.active",
        "1 on the active coordinator, 0 on a standby",
        coordinator,
        of -> of.health().isActive() ? 1 : 0);
    meters.count(
        "assay.messages.refused",
        "Messages that were not believed",
        coordinator,
        of -> of.health().refused());
    meters.reconnects("coordinator", coordinator, of -> of.health().reconnects());
  }

  @Override
  public void jobStored(Job job) {
    next.jobStored(job);
  }

  @Override
  public void resultStored(Result result) {
    increment(results, result.outcome());
    next.resultStored(result);
  }

  @Override
  public void verdictStored(Verdict verdict) {
    increment(verdicts, verdict.outcome());
    next.verdictStored(verdict);
  }

  @Override
  public void tipsStored(RefTips tips) {
    next.tipsStored(tips);
  }

  private static void increment(Map<Outcome, Counter> counters, Outcome outcome) {
    Counter counter = counters.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }
}
