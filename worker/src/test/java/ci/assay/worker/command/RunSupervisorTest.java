package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunSupervisorTest {

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void oneThatDoesNotComeUpIsQuoted() {
    assertThatThrownBy(
            () -> RunSupervisor.start(inPlaceOf("echo no namespaces >&2; exit 1"), threads))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("does not start: no namespaces");
    assertThatThrownBy(() -> RunSupervisor.start(inPlaceOf("exec no-perl"), threads))
        .hasMessageContaining("no-perl: not found")
        .hasMessageEndingWith("(apt-get install perl-base)");
  }

  /**
   * A run that kills its supervisor ends itself too; any other end of it says nothing about the
   * run.
   */
  @Test
  void onlyASignalThatEndsItIsTheRuns() throws Exception {
    assertThat(SupervisedRun.killedWithSupervisor(128 + 9)).isEqualTo(new Exited(128 + 9));
    for (int code : new int[] {0, 1, 24}) {
      assertThatThrownBy(() -> SupervisedRun.killedWithSupervisor(code))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("exit code " + code);
    }
  }

  /** They must not become a timeout of the run, which would be a verdict. */
  @Test
  void answersThatMakeNoSenseAreTroubleOfOurs() throws Exception {
    for (String answer : List.of("nonsense", "output x", "output 99999999", "output 5\\nab")) {
      String fake = "echo ready; read secret rest; printf \"$secret %s\\n\"".formatted(answer);
      try (RunSupervisor supervisor =
              RunSupervisor.start(inPlaceOf(fake + "; sleep 0.2"), threads);
          RunLog log = new RunLog(folder.resolve("log"), 1 << 20)) {
        CommandRunner.Command command =
            new CommandRunner.Command(
                "run", "true", folder, Map.of(), Duration.ofSeconds(50), RunNeeds.NONE);
        SupervisedRun run = SupervisedRun.begin(supervisor, command, log, threads);
        assertThatThrownBy(() -> run.finish(command.timeout()))
            .as(answer)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot be read");
        assertThat(run.isClean()).isFalse();
      }
    }
  }

  /** A command whose remaining arguments, those of the supervisor, are ignored. */
  private static List<String> inPlaceOf(String script) {
    return List.of("sh", "-c", script);
  }
}
