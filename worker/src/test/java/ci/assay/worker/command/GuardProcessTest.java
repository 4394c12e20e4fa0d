package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.CannotRunException;
import ci.assay.testing.ChildJvm;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GuardProcessTest {

  @TempDir Path folder;

  @Test
  void oneThatDoesNotComeUpIsNotWaitedForForEver() throws Exception {
    Path pipe = folder.resolve("pipe"); // opening it blocks until the other end is opened
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> GuardProcess.start(pipe, Duration.ZERO, Duration.ofMillis(300)))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("does not start")
        .hasMessageContaining(pipe.toString());
  }

  @Test
  void oneFolderHasOneWorker() throws Exception {
    try (GuardProcess first = GuardProcess.start(lock(), Duration.ZERO)) {
      assertThat(first.isAlive()).isTrue();
      assertThatThrownBy(() -> GuardProcess.start(lock(), Duration.ZERO))
          .isInstanceOf(CannotRunException.class)
          .hasMessage(
              "another worker is using "
                  + folder
                  + "; stop it, give it more slots (--slots), or give this one a folder and a name"
                  + " of its own: --work DIR --name NAME");
    }
    GuardProcess.start(lock(), Duration.ZERO).close();
  }

  @Test
  void aFolderThatCannotBeLockedIsSaid() {
    assertThatThrownBy(() -> GuardProcess.start(folder.resolve("no/.lock"), Duration.ZERO))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("cannot lock")
        .hasMessageContaining("No such file");
  }

  @Test
  @Tag("long")
  void orphansDieWithTheirWorkerAndTheSuccessorWaitsForThat() throws Exception {
    Process worker =
        workerProcess("trap '' TERM; echo $$ > a; setsid sh -c 'echo $$ > b; sleep 99'; sleep 99");
    await().until(() -> pids().size() == 2);
    List<String> orphans = pids();
    assertThat(orphans).allMatch(Alive::is);

    worker.destroyForcibly().waitFor();
    GuardProcess.start(lock(), GuardProcess.LOCK_LIMIT).close();
    assertThat(orphans).noneMatch(Alive::is);
  }

  @Test
  void aSupervisorWhoseWorkerDiesKillsItsRunWhateverThatHides() throws Exception {
    Process worker =
        workerProcess(
            "setsid env -i sh -c 'echo $$ > a; exec sleep 99' & setsid env -i sh -c 'echo $$ > b; exec sleep 98'");
    await().until(() -> pids().size() == 2);
    worker.destroyForcibly().waitFor();
    GuardProcess.start(lock(), GuardProcess.LOCK_LIMIT).close();
    assertThat(pids()).noneMatch(Alive::is);
  }

  /** A JVM that runs a command as a worker would, to be killed. */
  private Process workerProcess(String command) throws IOException {
    return new ProcessBuilder(
            ChildJvm.command(
                "-cp",
                System.getProperty("java.class.path"),
                DoomedWorker.class.getName(),
                folder.toString(),
                command))
        .inheritIO()
        .start();
  }

  /** Started by the test as a process of its own. */
  static final class DoomedWorker {
    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      GuardProcess guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
      Map<String, String> world = Map.of("PATH", "/usr/bin:/bin", "ASSAY_RUN", "01DOOMED");
      CommandRunner.Command command =
          new CommandRunner.Command("01DOOMED", arguments[1], folder, world, Duration.ofHours(1));
      new CommandRunner(guard, Executors.newCachedThreadPool())
          .run(command, new RunLog(folder.resolve("log"), 1 << 20));
    }
  }

  private Path lock() {
    return folder.resolve(".lock");
  }

  private List<String> pids() {
    return Stream.of("a", "b")
        .map(folder::resolve)
        .filter(Files::exists)
        .map(GuardProcessTest::content)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private static String content(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
