package ci.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.worker.Ending.Exited;
import ci.assay.worker.Ending.TimedOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunProcessTest {

  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Guard guard;
  private int runs;

  @BeforeEach
  void guard() throws InterruptedException {
    guard = Guard.start(folder.resolve(".lock"), Duration.ZERO);
  }

  @AfterEach
  void close() {
    guard.close();
    threads.shutdownNow();
  }

  @Test
  void theExitCodeIsTheCommands() throws Exception {
    assertThat(run("true")).isEqualTo(new Exited(0));
    assertThat(run("exit 3")).isEqualTo(new Exited(3));
    assertThat(run("no-such-command")).isEqualTo(new Exited(127));
    assertThat(run("kill -9 $$").words()).isEqualTo("killed by signal 9 (SIGKILL)");
    assertThat(run("exit 129").words()).isEqualTo("exit code 129");
  }

  @Test
  void bothOutputsAreKeptInTheirOrder() throws Exception {
    run("for i in 1 2 3; do echo out $i; echo err $i >&2; done");
    assertThat(log()).isEqualTo("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
  }

  @Test
  void nothingIsInheritedAndNothingCanBeRead() throws Exception {
    run("env | sort; cat; pwd");
    assertThat(log().lines())
        .contains("PATH=/usr/bin:/bin", "ASSAY_RUN=run1", folder.toRealPath().toString())
        .contains("ASSAY_ATTEMPT=3")
        .allMatch(line -> line.matches("(PATH|ASSAY_(RUN|ATTEMPT)|PWD|OLDPWD|SHLVL|_)=.*|/.*"));
  }

  @Test
  void aScriptIsRunAsShWouldRunIt() throws Exception {
    run("# a comment\nset -e\ncat <<END\n$# $0\nEND\nfalse\necho not reached");
    assertThat(log()).isEqualTo("0 sh\n");
    assertThat(run("if")).isEqualTo(new Exited(2));
    assertThat(log()).contains("yntax error");
  }

  @Test
  void aCommandThatPrintsNothingLeavesNoLog() throws Exception {
    run("true");
    assertThat(folder.resolve("run1.log")).doesNotExist();
  }

  @Test
  void aRunLeadsAGroupAndASessionOfItsOwn() throws Exception {
    run("ps -o pid=,pgid=,sid= -p $$");
    String[] ids = log().strip().split(" +", -1);
    assertThat(ids).hasSize(3).containsOnly(ids[0]);
    assertThat(Long.parseLong(ids[0])).isNotEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void timeIsUpForAllOfTheGroup() throws Exception {
    Ending ending = run("sleep 55 & echo $!; wait", Duration.ofMillis(300));
    assertThat(ending).isEqualTo(new TimedOut(Duration.ofMillis(300), false));
    assertThat(ending.words()).isEqualTo("killed by signal 15 (SIGTERM)");
    assertThatAllAreGone();
  }

  @Test
  void whoIgnoresSigtermIsKilledTenSecondsLater() throws Exception {
    Ending ending = run("trap '' TERM; echo $$; while :; do sleep 1; done", Duration.ofMillis(200));
    assertThat(ending).isEqualTo(new TimedOut(Duration.ofMillis(200), true));
    assertThatAllAreGone();
  }

  @Test
  void aBackgroundChildThatHoldsTheOutputEndsWithTheRun() throws Exception {
    assertThat(run("sleep 55 & echo $!")).isEqualTo(new Exited(0));
    assertThatAllAreGone();
  }

  @Test
  void aChildThatLeftTheGroupEndsWithTheRun() throws Exception {
    assertThat(run("setsid sh -c 'echo $$; sleep 55' & while ! pgrep -f 'sleep 55'; do :; done"))
        .isEqualTo(new Exited(0));
    assertThatAllAreGone();
  }

  @Test
  void aChildThatCannotBeFoundDoesNotHoldTheRunUp() throws Exception {
    Ending ending = run("setsid env -i sh -c 'echo $$; exec sleep 30' & sleep 0.5");
    assertThat(ending).isEqualTo(new Exited(0));
    assertThat(log()).contains("[assay] a process that hid from us still holds this run's output");
    ProcessHandle.of(Long.parseLong(log().lines().findFirst().orElseThrow()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void theEnvironmentThatMarksARunIsNotMistakenForAnothers() throws Exception {
    Future<Ending> other = threads.submit(() -> run("sleep 2"));
    await().until(() -> runs == 1);
    assertThat(run("true")).isEqualTo(new Exited(0));
    assertThat(other.get()).isEqualTo(new Exited(0));
  }

  @Test
  void anInterruptKillsTheRun() throws Exception {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                run("echo $$; sleep 55");
              } catch (Throwable e) {
                outcome.complete(e);
              }
            });
    runner.start();
    await().until(() -> Files.exists(folder.resolve("run1.log")));
    runner.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    assertThatAllAreGone();
  }

  @Test
  void whatIsNotToldToBeginNeverDoes() throws Exception {
    RunProcess.Command what = command("run1", "touch ran", LONG);
    try (RunProcess.AtGate ready = new RunProcess(guard, threads).prepare(what)) {
      assertThat(processesOf("run1")).hasSize(1);
    }
    assertThat(processesOf("run1")).isEmpty();
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void aShellThatIsKilledBeforeItMayBeginSaysSo() throws Exception {
    RunProcess.Command what = command("run1", "touch ran", LONG);
    try (RunLog log = new RunLog(folder.resolve("run1.log"), 1 << 20);
        RunProcess.AtGate ready = new RunProcess(guard, threads).prepare(what)) {
      List<ProcessHandle> shell = processesOf("run1");
      shell.forEach(ProcessHandle::destroyForcibly);
      await().until(() -> shell.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(ready.run(1, log).words()).isEqualTo("killed by signal 9 (SIGKILL)");
    }
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void withoutTheGuardNothingRuns() {
    guard.close();
    assertThatThrownBy(() -> run("touch ran")).hasMessageContaining("guard");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  private Ending run(String command) throws IOException, InterruptedException {
    return run(command, LONG);
  }

  private Ending run(String command, Duration timeout) throws IOException, InterruptedException {
    String run = "run" + ++runs;
    RunProcess.Command what = command(run, command, timeout);
    try (RunLog log = new RunLog(folder.resolve(run + ".log"), 1 << 20);
        RunProcess.AtGate ready = new RunProcess(guard, threads).prepare(what)) {
      Ending ending = ready.run(3, log);
      log.finish();
      return ending;
    }
  }

  private RunProcess.Command command(String run, String command, Duration timeout) {
    Map<String, String> world = Map.of("PATH", "/usr/bin:/bin", "ASSAY_RUN", run);
    return new RunProcess.Command(run, command, folder, world, timeout);
  }

  /** The living children of this process that were started for a run. */
  private static List<ProcessHandle> processesOf(String run) {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> environment(child).contains("ASSAY_RUN=" + run + "\0"))
        .toList();
  }

  private static String environment(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"));
    } catch (IOException e) {
      return ""; // gone meanwhile
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("run" + runs + ".log"));
  }

  /** Each line of the log that is a number is the id of a process that must be dead. */
  private void assertThatAllAreGone() throws IOException {
    assertThat(log().lines().filter(line -> line.matches("\\d+")))
        .isNotEmpty()
        .noneMatch(Alive::is);
  }
}
