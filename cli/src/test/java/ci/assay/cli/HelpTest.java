package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code assay --help} says of each command is a whole sentence. */
class HelpTest {

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void start() {
    sandbox = new Sandbox(folder);
  }

  @Test
  void valuesHaveNamesThatSayWhatTheyAreAndFlagsHaveNone() {
    assertThat(sandbox.run("--help")).isZero();
    List<String> commands =
        Pattern.compile("\n {2}([a-z]+) ")
            .matcher(sandbox.out())
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(commands).contains("run", "observer", "prune");
    for (String command : commands) {
      assertThat(sandbox.run(command, "--help")).as(command).isZero();
      assertThat(sandbox.out())
          .as(command)
          .doesNotContainPattern("<[a-zA-Z]+>")
          .doesNotContain("[,");
    }
    assertThat(sandbox.run("results", "--help")).isZero();
    assertThat(sandbox.out()).contains("[--json]").contains("\n      --json  ");
    assertThat(sandbox.run("observer", "--help")).isZero();
    assertThat(sandbox.out()).contains("[--refs=GLOB]...").contains("[REPO...]");
  }

  @Test
  void noDescriptionOfACommandIsCutInTheMiddleOfASentence() {
    assertThat(sandbox.run("--help")).isZero();
    String help = sandbox.out();
    String list = help.substring(help.indexOf("\nCommands:\n") + 11, help.indexOf("\nTo begin:"));
    List<String> commands = List.of(list.strip().split("\n {2}(?=[a-z])", -1));

    assertThat(commands).hasSizeGreaterThanOrEqualTo(16);
    assertThat(commands)
        .allSatisfy(
            each -> {
              String text = each.replaceFirst("^\\S+", "").replaceAll("\\s+", " ").strip();
              String command = each.strip().split("\\s", 2)[0];
              assertThat(text).as(command).endsWith(".");
              assertThat(sandbox.run(command, "--help")).isZero();
              assertThat(sandbox.out().replaceAll("\\s+", " ")).as(command).contains(text);
            });
  }
}
