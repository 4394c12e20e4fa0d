package ci.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Findings;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.StepRecord;
import ci.assay.model.StepResult;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.ArtifactSummary;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonPropertiesTest {

  static List<Message> messagesWithEachProperty() {
    Result some = Samples.CONTAINED;
    List<StepResult> steps = List.of(new StepResult("unit", 2, Outcome.PASSED, 0, 5));
    Findings all =
        new Findings(
            some.tests(),
            some.log(),
            some.cases(),
            new StepRecord(steps, true),
            new ArtifactSummary(1, 1, 1, 1, null, null),
            "## Slow");
    return List.of(
        new Result(some.id(), some.runId(), some.conclusion(), some.execution(), all, some.about())
            .withEarlier("worker host-2 was lost"),
        Samples.PRESENCE.asLast());
  }

  @ParameterizedTest
  @MethodSource("messagesWithEachProperty")
  void propertiesAreThoseThatAreWritten(Message message) {
    List<String> written = namesIn(Codec.encode(message));
    written.removeAll(List.of("type", "version"));
    List<String> described = new ArrayList<>(JsonProperties.of(message.getClass()).keySet());
    assertThat(described).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void propertiesOfAVerdictAreThoseThatAreWritten() {
    assertThat(JsonProperties.of(Verdict.class).keySet())
        .containsExactlyInAnyOrderElementsOf(
            namesIn(Samples.VERDICT_JSON.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> namesIn(byte[] json) {
    List<String> names = new ArrayList<>();
    Codec.fromJson(json, JsonNode.class).fieldNames().forEachRemaining(names::add);
    return names;
  }
}
