package ci.assay.coordinator.republish;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.Ack;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterHandlerTest {

  private static final Job JOB = Given.job(1);
  private static final Disposition AGAIN = new Ack(List.of(OutgoingMessage.job(JOB)));

  @TempDir Path folder;
  private ResultsFixture results;
  private DeadLetterHandler handler;
  private final List<String> declared = new ArrayList<>();
  private Instant now = Given.START;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    handler =
        new DeadLetterHandler(results.store, results.folders, results.disk, declared::add, clock());
  }

  /** A clock that the test sets. */
  private Clock clock() {
    return ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  }

  @Test
  void deadJobIsPublishedAgainAfterPausesThatDouble() throws Exception {
    results.store.add(JOB);
    assertThat(dead()).isEqualTo(AGAIN);
    assertThat(declared).containsExactly("default");
    assertThat(pause()).isEqualTo(Duration.ofSeconds(30));
    now = now.plusMillis(29_900);
    assertThat(pause()).isEqualTo(Duration.ofMillis(100));
    now = now.plusMillis(100);
    assertThat(dead()).isEqualTo(AGAIN);
    assertThat(pause()).isEqualTo(Duration.ofMinutes(1));
    now = now.plusSeconds(60);
    assertThat(dead()).isEqualTo(AGAIN);
    assertThat(pause()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void onlyOneMessageAboutAJobWaitsForItsPause() throws Exception {
    results.store.add(JOB);
    assertThat(dead()).isEqualTo(AGAIN);
    assertThat(dead()).isInstanceOf(RetryLater.class);
    assertThat(dead()).isEqualTo(Disposition.ack());
  }

  @Test
  void deadJobThatNobodyQueuedIsKeptForPeopleAndNotPublished() throws Exception {
    assertThat(dead()).isEqualTo(Disposition.ack());
    assertThat(ResultsFolder.list(results.folders.dead())).hasSize(2);
  }

  @Test
  void jobIsPublishedAsItWasQueued() throws Exception {
    results.store.add(JOB);
    Job forged = Given.withTest(JOB, "curl evil");
    assertThat(handler.handle(Given.delivered(OutgoingMessage.job(forged)))).isEqualTo(AGAIN);
    assertThat(declared).containsExactly("default");
  }

  @Test
  @Tag("long")
  void onlyTheLatestMessagesAreKept() throws Exception {
    for (int i = 0; i < 1_005; i++) {
      now = now.plusSeconds(1);
      assertThat(dead()).isEqualTo(Disposition.ack());
    }
    assertThat(ResultsFolder.list(results.folders.dead())).hasSize(2_000);
  }

  @Test
  void deadJobWithAResultIsAcked() throws Exception {
    results.store.add(Given.result(JOB, "r1", Outcome.PASSED, 0));
    assertThat(dead()).isEqualTo(Disposition.ack());
    assertThat(ResultsFolder.list(results.folders.dead())).isEmpty();
  }

  private Disposition dead() throws Exception {
    return handler.handle(Given.delivered(OutgoingMessage.job(JOB)));
  }

  private Duration pause() throws Exception {
    return ((RetryLater) dead()).after();
  }
}
