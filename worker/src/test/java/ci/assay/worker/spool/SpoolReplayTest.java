package ci.assay.worker.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.publish.ConfirmedPublisher;
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
import ci.assay.testing.LogCapture;
import ci.assay.testing.TestBroker;
import ci.assay.worker.folder.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("broker")
class SpoolReplayTest {

  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");

  @TempDir Path folder;

  @Test
  void oneResultThatThrowsSomethingKeepsNoOtherHere() throws Exception {
    WorkFolder work = new WorkFolder(folder);
    work.prepare();
    AtomicInteger looks = new AtomicInteger();
    InstantSource clock =
        () -> {
          if (looks.incrementAndGet() == 1) {
            throw new StackOverflowError("injected");
          }
          return NOW;
        };
    Spool spool = new Spool(work.spool(), new RunFiles(work, 1 << 20, clock));
    for (String run : List.of("01A", "01B", "01C")) {
      Files.writeString(work.logs().resolve(run + ".log"), "x");
      spool.deliver(FinishedRun.bare(result(run)));
    }
    BrokerConnection link =
        BrokerConnection.forPublishing(TestBroker.shared().newVirtualHost(), "assay test");
    try (link;
        ConfirmedPublisher publisher = new ConfirmedPublisher(link, List::of);
        LogCapture log = new LogCapture();
        SpoolReplay replay = new SpoolReplay(spool, spool.load(), publisher)) {
      link.start();
      publisher.start();
      replay.start();
      await().until(() -> spool.size() == 0);
      await().until(() -> !log.linesWith("no more results of earlier workers").isEmpty());
      assertThat(
              log.linesWith("delivering the result of").stream().filter(l -> l.contains("ERROR")))
          .hasSize(1);
    }
  }

  private static Result result(String run) {
    CommitId commit = new CommitId("4f1c000000000000000000000000000000000000");
    JobId id = JobId.of("bottle", commit, run);
    Job job =
        new Job(
            id,
            new Revision(
                new Repository("bottle", "/srv/bottle.git"),
                commit,
                null,
                List.of(),
                "refs/heads/main"),
            new Task(new Variant(run, Map.of()), 1, "true", "default", 60),
            new Origin(NOW, "push", null));
    return new Result(
        id,
        new RunId(run, 1),
        new Conclusion(Outcome.PASSED, null, 0, "fine"),
        new Execution("host-1", NOW, NOW, NOW, Map.of()),
        new Findings(null, new FileSummary(1, false, null), null),
        job);
  }
}
