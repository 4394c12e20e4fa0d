package ci.assay.coordinator.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.AfterEarlier;
import ci.assay.broker.consume.Disposition.Park;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.republish.DeadLetterHandler;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.Tick;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.testing.fuzz.Fuzz;
import ci.assay.testing.fuzz.MessageText;
import ci.assay.wire.Codec;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The handlers return a decision for any message in the coordinator's queues, and never throw. */
@Tag("long")
@Timeout(300)
class ResultsQueueFuzzTest {

  private static final Job JOB = Given.job(1);
  private static final Result RESULT = Given.result(JOB, "run-1", Outcome.PASSED);
  private static final String PIECE =
      "type: application/gzip\ngzip: yes\nexchange: assay.results\n";

  @TempDir Path folder;
  private ResultsFixture results;

  @BeforeEach
  void open() throws Exception {
    results = new ResultsFixture(folder);
    results.settle();
    results.begun(RESULT);
  }

  @Test
  void resultsQueue() throws Exception {
    MessageHandler handler = results.messages(Clock.systemUTC());
    fuzz("results-queue")
        .run(
            input -> {
              Disposition decision =
                  handler.handle(MessageText.of(input).incoming(Topology.RESULTS_QUEUE));
              if (decision instanceof AfterEarlier last) {
                decision = last.rest().decide();
              }
              assertThat(decision).isNotNull();
              if (decision instanceof Park park) {
                assertThat(park.reason()).isNotBlank().hasSizeLessThanOrEqualTo(1_000);
                assertThat(park.reason().chars().noneMatch(Character::isISOControl)).isTrue();
              }
            });
  }

  @Test
  void deadQueue() throws Exception {
    DeadLetterHandler handler =
        new DeadLetterHandler(
            results.store, results.folders, results.disk, pool -> {}, Clock.systemUTC());
    fuzz("dead-queue")
        .run(
            input ->
                assertThat(handler.handle(MessageText.of(input).incoming(Topology.DEAD_QUEUE)))
                    .isNotNull());
  }

  private static Fuzz fuzz(String name) {
    return Fuzz.of(name)
        .mayLog()
        .inputs(
            json("assay.jobs", Codec.encode(JOB)),
            json("assay.results", Codec.encode(RESULT)),
            json(
                "assay.results",
                Codec.encode(new RunStarted(JOB.id(), "run-1", "host-1", Given.START))),
            json(
                "assay.results",
                Codec.encode(
                    new RunReturned(JOB.id(), "run-1", "host-1", "no room", true, Given.START))),
            json("assay.results", Codec.encode(new Tick("store", "c-1", 7, Given.START))),
            json("assay.dead", Codec.encode(JOB)) + "x",
            PIECE
                + "header.job: %s\nheader.run: run-1\nheader.offset: #0\n\n".formatted(JOB.id())
                + Given.LOG,
            PIECE
                + "header.job: %s\nheader.run: run-1\nheader.offset: #0\nheader.file: tests\n\n"
                    .formatted(JOB.id())
                + Given.CASES)
        .words("header.", "#", "!", "[", "gzip: yes\n", "redelivered: yes\n", "headless: yes\n");
  }

  private static String json(String exchange, byte[] body) {
    return "id: a\ntype: application/json\nexchange: "
        + exchange
        + "\nkey: default\nheader.x-death: [\n\n"
        + new String(body, UTF_8);
  }
}
