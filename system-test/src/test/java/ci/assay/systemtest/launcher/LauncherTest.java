package ci.assay.systemtest.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.systemtest.AssayProcess;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher: where it may be installed, what it passes on, its exit codes. */
class LauncherTest {

  @TempDir Path folder;

  /** The exit code and output of a command. */
  private record Ended(int exitCode, String output) {}

  @BeforeAll
  static void prepare() {
    AssayProcess.prepare();
  }

  @Test
  void itWorksThroughSymbolicLinksAndFromAnyFolder() throws Exception {
    Path first = Files.createDirectory(folder.resolve("with a blank")).resolve("assay");
    Files.createSymbolicLink(first, AssayProcess.checkout().resolve("assay"));
    Path second = Files.createSymbolicLink(folder.resolve("link"), Path.of("with a blank/assay"));

    assertThat(run(folder, second.toString(), "--version"))
        .satisfies(ended -> assertThat(ended.output()).startsWith("assay "))
        .satisfies(ended -> assertThat(ended.exitCode()).isZero());
  }

  @Test
  void aCopyOfTheDistributionNeedsNoCheckoutAndNothingWritable() throws Exception {
    Path copy = Files.createDirectory(folder.resolve("in stalled"));
    Files.createDirectory(copy.resolve("bin"));
    Path built = AssayProcess.checkout().resolve("cli/target/assay");
    Files.copy(built.resolve("assay"), copy.resolve("bin/assay"));
    Files.createSymbolicLink(copy.resolve("lib"), built.resolve("lib"));

    Ended ended =
        run(folder, Map.of("HOME", "/dev/null"), copy.resolve("bin/assay").toString(), "--version");

    assertThat(ended.output()).startsWith("assay ").hasLineCount(1);
    assertThat(filesIn(copy)).containsExactlyInAnyOrder("bin", "lib");
  }

  @Test
  void preparingMakesAnArchiveForCommandsWithAndWithoutABrokerOfTheirOwn() throws Exception {
    Path built = AssayProcess.checkout().resolve("cli/target/assay"); // once for all tests
    List<String> archives =
        filesIn(built).stream().filter(name -> name.matches("start-.*\\.(aot|jsa)")).toList();

    assertThat(archives)
        .anyMatch(name -> name.startsWith("start-with-broker-"))
        .anyMatch(name -> !name.startsWith("start-with-broker-"))
        .allSatisfy(name -> assertThat(built.resolve(name)).isNotEmptyFile());
    String assay = AssayProcess.checkout().resolve("assay").toString();
    assertThat(run(folder, assay, "prepare").output()).as("made once").isEmpty();
    assertThat(run(folder, assay, "run", "--help").output()).startsWith("Usage: assay run");

    Path copy = Files.createDirectory(folder.resolve("copy"));
    copy(built, copy);
    copy(built.resolve("lib"), Files.createDirectory(copy.resolve("lib")));
    assertThat(run(folder, copy.resolve("assay").toString(), "run", "--help").output())
        .as("without the archives, which are of another folder")
        .startsWith("Usage: assay run");
  }

  @Test
  void aMistakeIsOneLineAndExitCode2() throws Exception {
    Ended ended =
        run(folder, AssayProcess.checkout().resolve("assay").toString(), "worker", "--slots", "0");

    assertThat(ended.output()).startsWith("assay: --slots: '0' is not a number").hasLineCount(1);
    assertThat(ended.exitCode()).isEqualTo(2);
  }

  @Test
  void aRunEndsWithTheExitCodeOfItsVerdictAndLeavesNothingRunning() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("sample.git"))) {
      repository.commit("bad", Map.of("check.sh", "exit 1"));
    }

    Ended ended =
        run(
            folder,
            AssayProcess.checkout().resolve("assay").toString(),
            "run",
            "--test",
            "sh check.sh",
            "--results",
            "results",
            "sample.git");

    assertThat(ended.output()).contains("1 commit in ", ": 1 failed");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  /** Services, cron and containers often have no locale, or one that is not installed. */
  @ParameterizedTest
  @ValueSource(strings = {"", "LANG=C", "LANG=xx_YY.UTF-8", "LC_ALL=C"})
  void namesOfFilesAreThoseOfTheCommitWhateverTheLocaleIs(String locale) throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("sample.git"))) {
      repository.commit(
          "names",
          Map.of(
              "caf\u00e9.txt",
              "x",
              "\u65e5\u672c/\u00fc",
              "y",
              "link",
              TestRepository.linkTo("caf\u00e9.txt")));
    }
    List<String> command =
        new ArrayList<>(List.of("env", "-u", "LANG", "-u", "LC_ALL", "-u", "LC_CTYPE"));
    if (!locale.isEmpty()) {
      command.add(locale);
    }
    command.add(AssayProcess.checkout().resolve("assay").toString());
    command.addAll(List.of("run", "--results", "results", "--test"));
    command.add(
        "test \"$(ls caf*)\" = \"$(printf 'caf\\303\\251.txt')\" && cat link */* && test -z \"$LC_ALL\" && test -z \"$(git status --porcelain)\"");
    command.add("sample.git");

    Ended ended = run(folder, command.toArray(String[]::new));

    assertThat(ended.output()).contains(": 1 passed");
    assertThat(ended.exitCode()).isZero();
  }

  private Ended run(Path in, String... command) throws Exception {
    return run(in, Map.of("HOME", folder.resolve("home").toString()), command);
  }

  private static Ended run(Path in, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
    assertThat(process.descendants()).isEmpty();
    return new Ended(process.exitValue(), output);
  }

  private static void copy(Path from, Path to) throws IOException {
    for (String name : filesIn(from)) {
      if (Files.isRegularFile(from.resolve(name))) {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
