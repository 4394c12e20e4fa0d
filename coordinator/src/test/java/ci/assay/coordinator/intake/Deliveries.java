package ci.assay.coordinator.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.coordinator.Given;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.Tick;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.testing.fuzz.Seeds;
import ci.assay.wire.Codec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What lies in the coordinator's queues, as texts. */
final class Deliveries {

  private static final Job JOB = Given.job(1);

  static final Result RESULT = Given.result(JOB, "run-1", Outcome.PASSED);

  private static final String PIECE =
      "type: application/gzip\ngzip: yes\nexchange: assay.results\n";

  private Deliveries() {}

  static Stream<Arguments> all() {
    return Stream.concat(
        Seeds.words(
            "header.", "#", "!", "[", "gzip: yes\n", "redelivered: yes\n", "headless: yes\n"),
        Seeds.of(
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
                + Given.CASES));
  }

  private static String json(String exchange, byte[] body) {
    return "id: a\ntype: application/json\nexchange: "
        + exchange
        + "\nkey: default\nheader.x-death: [\n\n"
        + new String(body, UTF_8);
  }
}
