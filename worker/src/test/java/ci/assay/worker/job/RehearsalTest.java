package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Repository;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

  @TempDir Path work;

  private final ActiveRuns runs = new ActiveRuns(InstantSource.system());

  @Test
  void doesJobsAndLeavesNothing() throws Exception {
    assertThat(rehearsal(InstantSource.system()).rehearse(8)).isEqualTo(8);
    assertThat(work).isEmptyDirectory();
    assertThat(runs.asked()).isZero();
  }

  @Test
  void pausesWhenARealJobComes() throws Exception {
    InstantSource withJob =
        () -> {
          if (runs.asked() == 0) {
            runs.ask(new Run(job(), "run-1"));
          }
          return Instant.now();
        };
    assertThat(rehearsal(withJob).rehearse(8)).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }

  private Rehearsal rehearsal(InstantSource clock) {
    WorkerSettings settings =
        new WorkerSettings(
            BrokerAddress.parse("amqp://localhost"),
            "host-1",
            new WorkerSettings.Capacity(1, List.of("default")),
            new WorkerSettings.Limits(Duration.ofMinutes(1), 3, Duration.ZERO),
            work,
            WorkerSettings.Disk.DEFAULT);
    return new Rehearsal(settings, clock, runs);
  }

  private static Job job() {
    CommitId commit = new CommitId("1".repeat(40));
    return new Job(
        JobId.of("bottle", commit, "default"),
        new Revision(
            new Repository("bottle", "/nowhere"), commit, null, List.of(), "refs/heads/main"),
        new Task(Variant.DEFAULT, 1, null, "default", 60),
        new Origin(Instant.EPOCH, "push", null, null));
  }
}
