package ci.assay.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.WallsContract;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Needs bubblewrap and slirp4netns, which {@code ./dev test} installs. */
@Tag("long")
@Timeout(120)
class SandboxExecutorTest extends WallsContract {

  @Override
  protected CommandExecutor make(String slot, Network network) {
    return new SandboxExecutor(
        guard,
        folder.resolve("executors").resolve(slot),
        threads,
        new Isolation(Isolation.Executor.SANDBOX, network, List.of(), List.of()),
        List.of(folder),
        null);
  }

  private Outcome runAgain(String command) throws Exception {
    return runAgain(usual, command);
  }

  /** Runs a command in the same places as the one before it. */
  private Outcome runAgain(CommandExecutor in, String command) throws Exception {
    return run(in, folder.resolve("slot"), command, Map.of(), LONG);
  }

  @Test
  void nextSandboxIsStartedAheadIfRunsUseTheSamePlaces() throws Exception {
    runAgain("true");
    runAgain("true");
    await().until(() -> sandboxesByUs() == 1);
    Outcome looked = runAgain("readlink /proc/self/ns/pid");
    assertThat(looked.exit()).isEqualTo(new Exited(0));
    await().until(() -> sandboxesByUs() == 1);
    String ahead = namespaceAhead();
    assertThat(ahead).isNotEqualTo(looked.log().strip());
    assertThat(runAgain("readlink /proc/self/ns/pid").log().strip()).isEqualTo(ahead);
  }

  @Test
  void noSandboxIsStartedAheadIfEachRunHasItsOwnHome() throws Exception {
    Path home = Files.createDirectories(folder.resolve("slot/home"));
    for (int i = 0; i < 3; i++) {
      Files.move(home, folder.resolve("thrown-away-" + i));
      Files.createDirectory(home); // as a copy for a run that is not trusted
      runAgain("true");
    }
    await().until(() -> sandboxesByUs() == 0);
  }

  /** The outer process of each sandbox. */
  private long sandboxesByUs() {
    return ourSandboxes().filter(SandboxExecutorTest::isOuter).count();
  }

  private String namespaceAhead() throws IOException {
    long first = ourSandboxes().filter(each -> !isOuter(each)).findFirst().orElseThrow().pid();
    return Files.readSymbolicLink(Path.of("/proc/" + first + "/ns/pid")).toString();
  }

  private static boolean isOuter(ProcessHandle bubblewrap) {
    return bubblewrap.parent().filter(ProcessHandle.current()::equals).isPresent();
  }

  @Test
  void sandboxKilledFromOutsideGivesNoVerdict() {
    Future<Outcome> running = threads.submit(() -> runAgain("touch begun; sleep 30"));
    await().until(() -> Files.exists(folder.resolve("slot/tree/begun"))); // bwrap is up
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              ourSandboxes().forEach(ProcessHandle::destroyForcibly);
              return running.isDone();
            });
    assertThatThrownBy(running::get).hasCauseInstanceOf(IOException.class);
  }

  private Stream<ProcessHandle> ourSandboxes() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("bwrap"))
        .filter(each -> each.info().commandLine().orElse("").contains(folder.toString()));
  }

  @Test
  void ownNetworkHasAWayOut() throws Exception {
    Outcome looked =
        run(executor("2", Network.OWN), "cat /proc/net/route /etc/resolv.conf", Map.of(), LONG);
    assertThat(looked.log()).contains("tap0", "nameserver 10.0.2.3");
  }

  /** A sandbox that was started ahead may wait for hours. */
  @Test
  void sandboxWhoseNetworkHasEndedIsNotUsed() throws Exception {
    CommandExecutor connected = executor("2", Network.OWN);
    String look = "grep -q tap0 /proc/net/route";
    assertThat(runAgain(connected, look).exit()).isEqualTo(new Exited(0));
    for (int i = 0; i < 2; i++) {
      assertThat(runAgain(connected, look).exit()).isEqualTo(new Exited(0));
      await().until(() -> ways().count() == 1);
      ways().forEach(ProcessHandle::destroyForcibly);
      await().until(() -> ways().findAny().isEmpty());
    }
  }

  private static Stream<ProcessHandle> ways() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("slirp4netns"));
  }
}
