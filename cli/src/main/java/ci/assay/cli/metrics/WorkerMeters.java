package ci.assay.cli.metrics;

import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.worker.Worker;
import ci.assay.worker.job.RunListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Counts and times what a worker does. */
public final class WorkerMeters implements RunListener {

  private static final Duration[] WAITS = seconds(0.1, 1, 5, 30, 60, 300, 900, 3600);
  private static final Duration[] RUNS = seconds(1, 5, 15, 60, 300, 900, 1800, 3600);
  private static final Duration[] PHASES = seconds(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 1800);

  private final ProcessMeters meters;
  private final InstantSource clock;
  private final Timer waits;
  private final Counter redeliveries;
  private final Map<Outcome, Timer> runs = new EnumMap<>(Outcome.class);

  public WorkerMeters(ProcessMeters meters, InstantSource clock) {
    this.meters = meters;
    this.clock = clock;
    this.waits =
        Timer.builder("assay.queue.wait")
            .description("From the moment when a job was queued to the start of a run of it")
            .serviceLevelObjectives(WAITS)
            .register(meters.registry());
    this.redeliveries =
        Counter.builder("assay.redeliveries")
            .description("Deliveries of jobs that had been delivered before")
            .register(meters.registry());
    for (Outcome outcome : Outcome.values()) {
      runs.put(
          outcome,
          Timer.builder("assay.run")
              .description("Runs that came to a result, from start to end")
              .tag("outcome", outcome.word())
              .serviceLevelObjectives(RUNS)
              .register(meters.registry()));
    }
  }

  /** Adds gauges of this worker's health. They do not keep it from being collected. */
  public void watch(Worker worker) {
    meters.gauge("assay.slots", "Runs that it can do at a time", worker, of -> of.health().slots());
    meters.gauge("assay.slots.busy", "Slots that have a run", worker, of -> of.health().busy());
    meters.gauge(
        "assay.jobs.held",
        "Jobs set aside: another worker runs them, or their repository cannot be reached",
        worker,
        of -> of.health().held());
    meters.gauge(
        "assay.spool.messages",
        "Results that the broker has not confirmed yet",
        worker,
        of -> of.health().spooled());
    meters.reconnects("worker", worker, of -> of.health().reconnects());
  }

  @Override
  public void runStarted(Job job, String run) {
    waits.record(positive(Duration.between(job.queuedAt(), clock.instant())));
  }

  @Override
  public void runFinished(Result result) {
    Timer timer = runs.get(result.outcome());
    if (timer != null) {
      timer.record(result.duration());
    }
    result.phasesMillis().forEach((phase, millis) -> phase(phase, Duration.ofMillis(millis)));
  }

  @Override
  public void jobRedelivered(Job job) {
    redeliveries.increment();
  }

  private void phase(String phase, Duration took) {
    Timer.builder("assay.phase")
        .description("How long each phase of a run took; all but the phase test is overhead")
        .tag("phase", phase)
        .serviceLevelObjectives(PHASES)
        .register(meters.registry())
        .record(took);
  }

  /** The duration, or zero if it is negative, because the observer's clock may be ahead of ours. */
  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private static Duration[] seconds(double... bounds) {
    return DoubleStream.of(bounds)
        .mapToObj(each -> Duration.ofMillis((long) (each * 1000)))
        .toArray(Duration[]::new);
  }
}
