package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that README and documentation show are ones that the programs understand. */
class DocumentedCommandsTest {

  private static final Path CHECKOUT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```|^ {4}(\\S.*?)$");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:^|[|&(] *|^ *\\S+=\\S+ )(?:\\./|/opt/assay/)?assay ([a-z].*)$");

  /** Words as a shell takes them apart, enough for the examples; a comment ends the line. */
  private static final Pattern WORD =
      Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"#|&;)<>]+)|([#|&;)<>].*)");

  @TempDir Path folder;

  @Test
  void allOptionsAndValuesOfTheCommandsExist() throws IOException {
    Sandbox sandbox = new Sandbox(folder);
    TestRepository.in(folder.resolve("path/to/repository")).close();
    List<String> tried = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Path page : pages()) {
      for (List<String> command : commands(page)) {
        List<String> words = new ArrayList<>(command);
        words.add("--help"); // everything before it is parsed, and nothing is done
        tried.add(String.join(" ", command));
        if (!command.get(0).equals("prepare") && sandbox.run(words.toArray(String[]::new)) != 0) {
          refused.add(CHECKOUT.relativize(page) + ": assay " + command + ": " + sandbox.err());
        }
      }
    }

    assertThat(refused).isEmpty();
    assertThat(tried)
        .hasSizeGreaterThan(30)
        .contains(
            "demo",
            "run --commits HEAD~10.. --test python3 -m unittest discover path/to/repository",
            "worker --work ~/.cache/assay/worker-2 --name HOST-2");
  }

  @Test
  void anOptionThatDoesNotExistIsFound() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "```sh\n./assay worker --slots 2 \\\n  --folder x   # a worker\n```\n");

    List<String> command = commands(page).get(0);
    assertThat(command).containsExactly("worker", "--slots", "2", "--folder", "x");
    assertThat(new Sandbox(folder).run(command.toArray(String[]::new))).isEqualTo(2);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(CHECKOUT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(CHECKOUT.resolve("README.md")),
              files.filter(each -> each.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  private static List<List<String>> commands(Path page) throws IOException {
    String text = Files.readString(page).replace("\\\n", " ");
    List<List<String>> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      Matcher command = COMMAND.matcher(block.group(1) == null ? block.group(2) : block.group(1));
      while (command.find()) {
        commands.add(words(command.group(1)));
      }
    }
    Matcher inline = Pattern.compile("`\\./assay ([a-z][^`]*)`").matcher(text);
    while (inline.find()) {
      commands.add(words(inline.group(1).replace('\n', ' ')));
    }
    return commands;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find() && word.group(4) == null) {
      for (int group = 1; group <= 3; group++) {
        if (word.group(group) != null) {
          words.add(word.group(group));
        }
      }
    }
    return words;
  }
}
