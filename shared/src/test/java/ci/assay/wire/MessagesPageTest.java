package ci.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples in docs/messages.md are those that the code is tested with. */
class MessagesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "messages.md");
  private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);

  @Test
  void examplesAreTheOnesThatTheCodeIsTestedWith() throws Exception {
    List<String> examples =
        EXAMPLE.matcher(Files.readString(PAGE)).results().map(this::content).toList();
    List<String> expected = new ArrayList<>(Samples.all().values());
    expected.remove(Samples.CONTAINED_JSON); // a second whole result, for three more fields
    expected.add(compact(Samples.VERDICT_JSON));
    expected.add(compact(Samples.ARTIFACTS_JSON));
    assertThat(examples.stream().map(this::compact)).containsExactlyElementsOf(expected);
  }

  @Test
  void linesOfTestCasesAreTheOnesThatTheCodeIsTestedWith() throws Exception {
    assertThat(Files.readString(PAGE)).contains("```jsonl\n" + Samples.CASES_JSON + "```");
  }

  private String content(MatchResult example) {
    return example.group(1);
  }

  /** The JSON on one line, with its fields in their order. */
  private String compact(String json) {
    try {
      JsonNode tree = Json.MAPPER.readTree(json);
      return tree.toString();
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
