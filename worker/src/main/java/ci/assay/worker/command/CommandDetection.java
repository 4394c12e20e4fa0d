package ci.assay.worker.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Detects from the files in a work tree how its tests are usually run; see docs/pipeline.md. */
final class CommandDetection {

  private static final Pattern TEST_TARGET =
      Pattern.compile("^test[ \\t]*::?(?!=)", Pattern.MULTILINE);
  private static final Pattern PYTEST =
      Pattern.compile("^\\[(tool\\.pytest|tool:pytest|pytest)[].]", Pattern.MULTILINE);
  private static final Pattern NPM_PLACEHOLDER = Pattern.compile("no test specified");
  private static final long LARGEST_FILE = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How to recognise a kind of project, and its command. The first kind that fits is taken. */
  private record Kind(
      Predicate<CommandDetection> fits, Function<CommandDetection, String> command) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(tree -> tree.has("pom.xml"), tree -> tree.or("mvnw", "mvn") + " -B -ntp test"),
          new Kind(
              tree -> tree.hasAny("build.gradle", "build.gradle.kts", "settings.gradle.kts"),
              tree -> tree.or("gradlew", "gradle") + " --no-daemon --console=plain test"),
          new Kind(CommandDetection::hasNodeTest, CommandDetection::nodeCommand),
          new Kind(tree -> tree.has("go.mod"), tree -> "go test ./..."),
          new Kind(tree -> tree.has("Cargo.toml"), tree -> "cargo test"),
          new Kind(CommandDetection::hasPytest, tree -> "python3 -m pytest"),
          new Kind(CommandDetection::hasTestTarget, tree -> "make test"),
          new Kind(tree -> tree.hasPythonTests("tests"), tree -> tree.unittest("tests")),
          new Kind(tree -> tree.hasPythonTests("test"), tree -> tree.unittest("test")));

  private final Path tree;

  private CommandDetection(Path tree) {
    this.tree = tree;
  }

  /** The command for a work tree; empty when no kind fits. */
  static Optional<String> commandFor(Path tree) {
    CommandDetection detection = new CommandDetection(tree);
    return KINDS.stream()
        .filter(kind -> kind.fits().test(detection))
        .map(kind -> kind.command().apply(detection))
        .findFirst();
  }

  private boolean has(String name) {
    return Files.isRegularFile(tree.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean hasAny(String... names) {
    return Stream.of(names).anyMatch(this::has);
  }

  /** The project's own wrapper script if it has one, otherwise the installed tool. */
  private String or(String wrapper, String tool) {
    if (!has(wrapper)) {
      return tool;
    }
    return Files.isExecutable(tree.resolve(wrapper)) ? "./" + wrapper : "sh ./" + wrapper;
  }

  private boolean hasNodeTest() {
    String script = has("package.json") ? testScript(text("package.json")) : null;
    return script != null && !NPM_PLACEHOLDER.matcher(script).find();
  }

  private static @Nullable String testScript(String json) {
    try {
      JsonNode script = JSON.readTree(json).path("scripts").path("test");
      return script.isTextual() ? script.textValue() : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private String nodeCommand() {
    if (has("pnpm-lock.yaml")) {
      return "pnpm install --frozen-lockfile && pnpm test";
    }
    if (has("yarn.lock")) {
      return "yarn install --frozen-lockfile && yarn test";
    }
    return has("package-lock.json") ? "npm ci && npm test" : "npm install && npm test";
  }

  private boolean hasPytest() {
    return hasAny("pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py")
        || Stream.of("pyproject.toml", "setup.cfg", "tox.ini")
            .anyMatch(name -> has(name) && PYTEST.matcher(text(name)).find());
  }

  private boolean hasTestTarget() {
    return Stream.of("GNUmakefile", "makefile", "Makefile")
        .filter(this::has)
        .findFirst()
        .filter(name -> TEST_TARGET.matcher(text(name)).find())
        .isPresent();
  }

  private boolean hasPythonTests(String folder) {
    Path path = tree.resolve(folder);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(CommandDetection::isPythonTest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPythonTest(String name) {
    return name.startsWith("test") && name.endsWith(".py");
  }

  /** Tests in a package import it by name, so the folder above it must be the top-level one. */
  private String unittest(String folder) {
    String command = "python3 -m unittest discover -s " + folder;
    return has(folder + "/__init__.py") ? command + " -t ." : command;
  }

  private String text(String name) {
    Path file = tree.resolve(name);
    try {
      return Files.size(file) > LARGEST_FILE
          ? ""
          : new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
