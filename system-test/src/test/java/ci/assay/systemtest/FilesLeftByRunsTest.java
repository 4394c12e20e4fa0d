package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that is not root, and files that root leaves in its folders, like a container that a
 * test starts. They do not affect other commits. Needs root, to act as the container.
 */
@Tag("long")
@Tag("root")
@Timeout(600)
class FilesLeftByRunsTest {

  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final String AS_NOBODY =
      "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"";

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    AssayProcess.prepare();
  }

  @BeforeEach
  void letEverybodyIn() throws Exception {
    for (String each : new String[] {"home", "cache", "data"}) {
      Files.createDirectories(folder.resolve(each));
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(shell("chmod 777 home cache data")).isZero();
  }

  /** Root leaves files in each folder of a run while the run waits. */
  @Test
  void rootsFilesInAnyFolderOfARunSpoilNoOther() throws Exception {
    Map<String, String> waiting =
        Map.of(
            "tree", wait("\"$PWD\""),
            "beside", wait("\"$(dirname \"$PWD\")\""),
            "temporary", wait("\"$TMPDIR\""),
            "git", wait("\"$PWD/.git\""));
    for (Map.Entry<String, String> each : waiting.entrySet()) {
      try (TestRepository repository = TestRepository.in(folder.resolve(each.getKey()))) {
        repository.commit("base", Map.of("test.sh", "true\n"));
        repository.commit("leaves", Map.of("test.sh", each.getValue()));
        String clean = "test \"$(ls -A . .. | xargs)\" = '.: .git test.sh ..: tmp tree'";
        repository.commit("second", Map.of("test.sh", clean + " && test -z \"$(ls -A $TMPDIR)\""));
        repository.commit("third", Map.of("test.sh", "echo ran\n"));
        assertThat(shell("chmod -R a+rX " + repository.path())).isZero();
        AssayProcess run = run(repository);
        Path place = awaitFile("please");
        Path at = Path.of(Files.readString(place).strip());
        assertThat(
                shell(
                    "cd '%s' && mkdir -p out/deep && : > out/deep/f && chmod -R go-w out && chown -R root out"
                        .formatted(at)))
            .isZero();
        Files.createFile(folder.resolve("done"));
        assertThat(run.awaitExit(LIMIT)).as("%s: %s", each.getKey(), run.output()).isZero();
        assertThat(run.output())
            .contains("put ", " aside, as ", "permission denied, belongs to root");
        Files.delete(place);
        Files.delete(folder.resolve("done"));
      }
    }
  }

  private String wait(String where) {
    return "echo %s > %2$s/please.tmp; mv %2$s/please.tmp %2$s/please; while ! test -e %2$s/done; do sleep 0.1; done\n"
        .formatted(where, folder);
  }

  private AssayProcess run(TestRepository repository) {
    Map<String, String> environment =
        Map.of(
            "HOME", folder.resolve("home").toString(),
            "XDG_CACHE_HOME", folder.resolve("cache").toString(),
            "XDG_DATA_HOME", folder.resolve("data").toString());
    return AssayProcess.startBy(
        AS_NOBODY,
        folder,
        environment,
        java.util.List.of(
            "run",
            "--workers",
            "1",
            "--commits",
            "HEAD~3..",
            "--test",
            "sh test.sh",
            repository.path().toString()));
  }

  private Path awaitFile(String name) {
    Path file = folder.resolve(name);
    await().atMost(LIMIT).until(() -> Files.exists(file));
    return file;
  }

  private int shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
