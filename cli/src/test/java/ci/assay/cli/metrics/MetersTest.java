package ci.assay.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.store.VerdictListener;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the meters are told is in the text for Prometheus. */
class MetersTest {

  private static final Instant QUEUED = Instant.parse("2026-11-23T10:00:00Z");
  private static final Instant STARTED = QUEUED.plusSeconds(3);

  private final ProcessMeters meters = new ProcessMeters();

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void aRunIsTimedFromTheQueueToItsEnd() {
    WorkerMeters worker = new WorkerMeters(meters, () -> STARTED);
    worker.runStarted(job(), "R1");
    worker.runFinished(result(Outcome.FAILED));

    assertThat(meters.text().lines())
        .contains(
            "assay_queue_wait_seconds_sum 3.0",
            "assay_queue_wait_seconds_bucket{le=\"1.0\"} 0",
            "assay_queue_wait_seconds_bucket{le=\"5.0\"} 1",
            "assay_run_seconds_count{outcome=\"failed\"} 1",
            "assay_run_seconds_sum{outcome=\"failed\"} 2.0",
            "assay_run_seconds_bucket{outcome=\"failed\",le=\"1.0\"} 0",
            "assay_run_seconds_bucket{outcome=\"failed\",le=\"5.0\"} 1",
            "assay_run_seconds_count{outcome=\"passed\"} 0",
            "assay_phase_seconds_sum{phase=\"fetch\"} 0.009",
            "assay_phase_seconds_sum{phase=\"test\"} 1.84");
  }

  @Test
  void aJobFromTheFutureHasNotWaited() {
    WorkerMeters worker = new WorkerMeters(meters, () -> QUEUED.minusSeconds(1));
    worker.runStarted(job(), "R1");
    assertThat(meters.text().lines())
        .contains("assay_queue_wait_seconds_count 1", "assay_queue_wait_seconds_sum 0.0");
  }

  @Test
  void redeliveriesAreCountedFromNothingOn() {
    WorkerMeters worker = new WorkerMeters(meters, () -> STARTED);
    assertThat(meters.text().lines()).contains("assay_redeliveries_total 0.0");
    worker.jobRedelivered(job());
    assertThat(meters.text().lines()).contains("assay_redeliveries_total 1.0");
  }

  @Test
  void verdictsAreCountedByOutcomeAndToldOn() {
    List<String> told = new ArrayList<>();
    CoordinatorMeters coordinator = new CoordinatorMeters(meters, listenerTo(told));
    coordinator.jobStored(job());
    coordinator.resultStored(result(Outcome.TIMED_OUT));
    coordinator.verdictStored(Verdict.of(List.of(result(Outcome.TIMED_OUT))));

    assertThat(meters.text().lines())
        .contains(
            "assay_results_total{outcome=\"timed_out\"} 1.0",
            "assay_verdicts_total{outcome=\"timed_out\"} 1.0",
            "assay_verdicts_total{outcome=\"passed\"} 0.0");
    assertThat(told).containsExactly("job", "result", "verdict");
  }

  @Test
  void pollsAreCountedByRepositoryAndResult() {
    ObserverMeters observer = new ObserverMeters(meters);
    observer.polled("bottle", true);
    observer.polled("bottle", true);
    observer.polled("bottle", false);

    assertThat(meters.text().lines())
        .contains(
            "assay_polls_total{repository=\"bottle\",result=\"read\"} 2.0",
            "assay_polls_total{repository=\"bottle\",result=\"unreadable\"} 1.0");
  }

  @Test
  void theProcessTellsOfItsMemoryCollectionsAndThreads() {
    assertThat(meters.text())
        .contains("jvm_memory_used_bytes{", "jvm_gc_", "jvm_threads_live_threads ");
  }

  private static VerdictListener listenerTo(List<String> told) {
    return new VerdictListener() {
      @Override
      public void jobStored(Job job) {
        told.add("job");
      }

      @Override
      public void resultStored(Result result) {
        told.add("result");
      }

      @Override
      public void verdictStored(Verdict verdict) {
        told.add("verdict");
      }
    };
  }

  private static Job job() {
    CommitId commit = new CommitId("4f1c".repeat(10));
    return new Job(
        JobId.of("bottle", commit, "default"),
        new Revision(
            new Repository("bottle", "/srv/git/bottle.git"),
            commit,
            null,
            List.of(),
            "refs/heads/main"),
        new Task(Variant.DEFAULT, 1, null, Job.DEFAULT_POOL, 60),
        new Origin(QUEUED, "push", null));
  }

  private static Result result(Outcome outcome) {
    Map<String, Long> phases = new LinkedHashMap<>();
    phases.put("fetch", 9L);
    phases.put("test", 1840L);
    return new Result(
        job().id(),
        new RunId("R1", 1),
        new Conclusion(outcome, null, 1, "2 failed"),
        new Execution("host-1", QUEUED, STARTED, STARTED.plusSeconds(2), phases),
        new Findings(null, FileSummary.EMPTY, null),
        job());
  }
}
