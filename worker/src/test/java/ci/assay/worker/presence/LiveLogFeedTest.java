package ci.assay.worker.presence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.LiveLogPiece;
import ci.assay.broker.control.LiveLogPublisher;
import ci.assay.broker.control.LiveLogSubscriber;
import ci.assay.message.WatchRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.testing.TestBroker;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.job.ActiveRuns;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The output of a run is sent over a real broker while it is watched. */
@Timeout(120)
@Tag("broker")
class LiveLogFeedTest {

  private static final JobId JOB = JobId.of("bottle", new CommitId("a".repeat(40)), "default");
  private static final int CAP = 64 * 1024;

  @TempDir Path folder;
  private final List<LiveLogPiece> received = new CopyOnWriteArrayList<>();
  private final ActiveRuns runs = new ActiveRuns(Clock.systemUTC());
  private BrokerConnection link;
  private LiveLogSubscriber subscriber;
  private RunFiles logs;
  private LiveLogFeed feed;

  @BeforeEach
  void open() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    link = BrokerConnection.forPublishing(broker, "test");
    link.start();
    Topology.declareAtStart(link, List.of());
    CopyOnWriteArrayList<String> listening = new CopyOnWriteArrayList<>();
    subscriber =
        new LiveLogSubscriber(
            link, "test", (piece, user) -> received.add(piece), listening::addAll);
    subscriber.listenTo(Set.of(LiveLogPiece.key(JOB)));
    subscriber.start();
    WorkFolder work = new WorkFolder(folder);
    work.create();
    work.prepare();
    logs = logs(CAP);
    feed = feed(logs);
    await().until(() -> listening.contains(LiveLogPiece.key(JOB)));
  }

  private RunFiles logs(long cap) {
    return new RunFiles(new WorkFolder(folder), cap, Clock.systemUTC());
  }

  private LiveLogFeed feed(RunFiles of) {
    Spool spool = new Spool(new WorkFolder(folder).spool(), of);
    return new LiveLogFeed(runs, of, spool, new LiveLogPublisher(link, "test"));
  }

  @AfterEach
  void close() {
    feed.close();
    subscriber.close();
    link.close();
  }

  @Test
  void whatIsPrintedIsSentWhileItIsPrintedAndThenThatItIsOver() throws Exception {
    try (RunLog log = begin("r1")) {
      print(log, "one\n");
      feed.watch(new WatchRequest(JOB, 0));
      awaitText("one\n");
      print(log, "two\n");
      awaitText("one\ntwo\n");
      assertThat(received).noneMatch(LiveLogPiece::isEnd);
      print(log, "three\n");
      log.finish();
    }
    await().until(() -> received.stream().anyMatch(LiveLogPiece::isEnd));
    assertThat(text()).isEqualTo("one\ntwo\nthree\n");
    LiveLogPiece last = received.get(received.size() - 1);
    assertThat(last.run()).isEqualTo("r1");
    assertThat(last.offset()).isEqualTo(14);
  }

  @Test
  void itIsSentFromTheByteThatIsAskedForAndOnceMoreWhenAskedAgain() throws Exception {
    try (RunLog log = begin("r1")) {
      print(log, "one\ntwo\n");
      feed.watch(new WatchRequest(JOB, 4));
      await().until(() -> !received.isEmpty());
      assertThat(received.get(0).offset()).isEqualTo(4);
      feed.watch(new WatchRequest(JOB, 0));
      await().until(() -> received.stream().anyMatch(each -> each.offset() == 0));
      assertThat(text()).isEqualTo("one\ntwo\n");
    }
  }

  @Test
  void nothingIsSentUnlessSomebodyWatches() throws Exception {
    try (RunLog log = begin("r1")) {
      print(log, "one\n");
      feed.watch(new WatchRequest(JobId.of("cork", new CommitId("a".repeat(40)), "default"), 0));
      feed.watch(new WatchRequest(JOB, 0));
      awaitText("one\n");
      assertThat(received).hasSize(1);
    }
  }

  @Test
  void ofARunThatPrintsMoreThanItsLogMayHoldTheEndIsSent() throws Exception {
    try (RunLog log = begin("r1")) {
      byte[] much = new byte[5 * CAP];
      for (int i = 0; i < much.length; i++) {
        much[i] = (byte) ('a' + i / CAP);
      }
      log.capture(new ByteArrayInputStream(much));
      feed.watch(new WatchRequest(JOB, CAP));
      await().until(() -> !received.isEmpty());
      assertThat(received.get(0).offset()).isGreaterThanOrEqualTo(4L * CAP);
      await().until(() -> text().endsWith("e"));
      log.finish();
    }
    await().until(() -> received.stream().anyMatch(LiveLogPiece::isEnd));
    assertThat(received.get(received.size() - 1).offset()).isEqualTo(5L * CAP);
  }

  /** At most four pieces a second, of a quarter of a megabyte each. */
  @Test
  void aRunThatPrintsMuchIsSentAtAPace() throws Exception {
    feed.close();
    logs = logs(16 << 20);
    feed = feed(logs);
    try (RunLog log = begin("r1")) {
      log.capture(new ByteArrayInputStream(new byte[1 << 20]));
      long began = System.nanoTime();
      feed.watch(new WatchRequest(JOB, 0));
      await().until(() -> received.stream().mapToLong(each -> each.text().length).sum() >= 1 << 20);
      assertThat(received)
          .allMatch(each -> each.text().length <= LiveLogPiece.MAX_BYTES)
          .hasSize(4);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThanOrEqualTo(Duration.ofMillis(700));
    }
  }

  private RunLog begin(String run) {
    RunLog log = logs.begin(run);
    assertThat(runs.begin(JOB, run, Thread.currentThread())).isPresent();
    return log;
  }

  private static void print(RunLog log, String text) throws IOException {
    log.capture(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private void awaitText(String wanted) {
    await().atMost(Duration.ofSeconds(30)).until(() -> text().equals(wanted));
  }

  /** The text that was received, each byte once. */
  private String text() {
    StringBuilder text = new StringBuilder();
    long next = received.stream().mapToLong(LiveLogPiece::offset).min().orElse(0);
    for (boolean isMore = true; isMore; ) {
      isMore = false;
      for (LiveLogPiece each : received) {
        long end = each.offset() + each.text().length;
        if (each.offset() <= next && end > next) {
          text.append(new String(each.text(), UTF_8).substring((int) (next - each.offset())));
          next = end;
          isMore = true;
        }
      }
    }
    return text.toString();
  }
}
