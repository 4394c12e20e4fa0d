package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation.Network;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each executor promises that isolates runs from the worker and from each other. */
public abstract class WallsContract {

  protected static final Duration LONG = Duration.ofSeconds(50);

  @TempDir protected Path folder;

  protected final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger runs = new AtomicInteger();
  private final Queue<CommandExecutor> made = new ConcurrentLinkedQueue<>();
  protected GuardProcess guard;
  protected CommandExecutor usual;

  /** Makes an executor whose runs must see nothing below {@link #folder} but their own folders. */
  protected abstract CommandExecutor make(String slot, Network network) throws Exception;

  @BeforeEach
  final void prepare() throws Exception {
    guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
    Files.writeString(
        Files.createDirectories(folder.resolve("spool")).resolve("r.json"), "spooled");
    Files.writeString(Files.createDirectories(folder.resolve("mirrors")).resolve("m"), "mirrored");
    Files.writeString(
        Files.createDirectories(folder.resolve("homes/other")).resolve("h"), "homely");
    usual = executor("1", Network.NONE);
  }

  @AfterEach
  final void close() {
    made.forEach(CommandExecutor::close);
    guard.close();
    threads.shutdownNow();
  }

  /** An executor that is closed after the test. */
  protected final CommandExecutor executor(String slot, Network network) throws Exception {
    CommandExecutor executor = make(slot, network);
    made.add(executor);
    return executor;
  }

  /** The outcome of a run. */
  public record Outcome(CommandExit exit, String log, Path tree) {}

  protected final Outcome run(String command) throws Exception {
    return run(usual, command, Map.of(), LONG);
  }

  protected final Outcome run(
      CommandExecutor in, String command, Map<String, String> variables, Duration timeout)
      throws Exception {
    return run(in, folder.resolve("run-" + runs.incrementAndGet()), command, variables, timeout);
  }

  protected final Outcome run(
      CommandExecutor in,
      Path place,
      String command,
      Map<String, String> variables,
      Duration timeout)
      throws Exception {
    String run = folder.getFileName() + "-" + runs.incrementAndGet();
    Command placed = PlacedCommand.in(place, run, command, variables, timeout);
    Path file = place.resolve(run + ".log");
    try (RunLog log = new RunLog(file, 1 << 20)) {
      CommandExit exit = in.run(placed, log);
      log.finish();
      return new Outcome(
          exit, Files.exists(file) ? Files.readString(file) : "", placed.directory());
    }
  }

  @Test
  void exitCodeIsTheCommands() throws Exception {
    assertThat(run("true").exit()).isEqualTo(new Exited(0));
    assertThat(run("exit 3").exit()).isEqualTo(new Exited(3));
    assertThat(run("no-such-command").exit()).isEqualTo(new Exited(127));
    assertThat(run("kill -9 $$").exit().words()).isEqualTo("killed by signal 9 (SIGKILL)");
  }

  @Test
  void treeHomeAndTemporaryFolderHaveTheSameNamesInEveryRun() throws Exception {
    String command =
        "pwd; echo $HOME $TMPDIR; touch made $HOME/made $TMPDIR/made; echo x >$ASSAY_SUMMARY";
    Outcome one = run(command);
    Outcome other = run(executor("2", Network.NONE), command, Map.of(), LONG);
    assertThat(one.log()).isEqualTo("/assay/tree\n/assay/home /tmp\n").isEqualTo(other.log());
    for (String each : List.of("tree", "home", "tmp")) {
      assertThat(one.tree().resolveSibling(each).resolve("made")).exists();
    }
    assertThat(RunPlaces.summaryIn(one.tree().resolveSibling("tmp"))).hasContent("x");
  }

  @Test
  void nothingOfTheWorkerCanBeSeenOrWritten() throws Exception {
    Outcome looked =
        run(
            "ls -A %1$s %1$s/spool %1$s/mirrors %1$s/homes; cat %1$s/spool/r.json"
                .formatted(folder));
    assertThat(looked.log()).doesNotContain("r.json\n", "spooled").contains("No such file");
    Outcome searched =
        run(
            "grep -rs -l -e spooled -e mirrored -e homely / --include=r.json --include=m --include=h --exclude-dir=proc --exclude-dir=sys; true");
    assertThat(searched.log()).isEmpty();
    run("mkdir -p %1$s/spool; echo forged > %1$s/spool/r.json; rm -rf %1$s".formatted(folder));
    assertThat(folder.resolve("spool/r.json")).hasContent("spooled");
    assertThat(folder.resolve("mirrors/m")).hasContent("mirrored");
  }

  @Test
  void systemCannotBeWritten() throws Exception {
    for (String place : List.of("/usr/x", "/etc/x", "/var/x", "/sys/x")) {
      assertThat(run("touch " + place).exit()).as(place).isNotEqualTo(new Exited(0));
    }
  }

  @Test
  void workersEnvironmentAndOtherProcessesCannotBeSeen() throws Exception {
    Outcome looked = run("cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls -d /proc/[0-9]* | wc -l");
    assertThat(looked.log()).doesNotContain("JAVA", "MAVEN", "USER=");
    int processes = Integer.parseInt(looked.log().lines().reduce((a, b) -> b).orElseThrow());
    assertThat(processes).isLessThan(10);
    assertThat(run("kill -9 %d".formatted(ProcessHandle.current().pid())).log())
        .contains("No such process");
  }

  @Test
  void noProcessOfARunIsLeftHoweverItHides() throws Exception {
    String mark = "5" + System.nanoTime() % 1_000_000;
    String hiding = "setsid env -i setsid sh -c 'trap \"\" TERM HUP; sleep %s' &".formatted(mark);
    Outcome hid = run(hiding + " sleep 0.2");
    assertThat(hid.exit()).isEqualTo(new Exited(0));
    assertThat(
            ProcessHandle.allProcesses()
                .map(ProcessHandle::info)
                .map(ProcessHandle.Info::arguments)
                .flatMap(Optional::stream)
                .filter(arguments -> List.of(arguments).contains(mark)))
        .isEmpty();
  }

  /** A process that outlived its run could forge the verdict of the next one. */
  @Test
  void noRunCanForgeHowAnotherEnded() throws Exception {
    run(
        "(setsid env -i sh -c 'while :; do for p in /proc/[0-9]*; do for d in 0 1 2 3 4; do"
            + " echo 0 >$p/fd/$d; done; done; done' >/dev/null 2>&1 &) ; sleep 0.1");
    for (int i = 0; i < 5; i++) {
      assertThat(run("exit 1").exit()).isEqualTo(new Exited(1));
    }
    assertThat(
            run("for p in /proc/[0-9]*; do echo '{ \"exit-code\": 0 }' >$p/fd/3; done; exit 4")
                .exit())
        .isEqualTo(new Exited(4));
  }

  @Test
  void simultaneousRunsShareNoPortsFilesOrSemaphores() throws Exception {
    String bind =
        "python3 -c 'import socket,time; a=socket.socket(); a.bind((\"127.0.0.1\",18765));"
            + " b=socket.socket(socket.AF_UNIX); b.bind(\"\\0assay-test\");"
            + " open(\"/dev/shm/assay-test\",\"x\"); open(\"/tmp/assay-test\",\"x\");"
            + " open(\"/var/tmp/assay-test\",\"x\"); open(\"/run/assay-test\",\"x\");"
            + " time.sleep(1)' && ipcmk -S 3 >/dev/null && ipcs -s | grep -c 0x";
    List<Future<Outcome>> both = new ArrayList<>();
    for (String slot : List.of("2", "3", "4")) {
      both.add(threads.submit(() -> run(executor(slot, Network.NONE), bind, Map.of(), LONG)));
    }
    for (Future<Outcome> each : both) {
      assertThat(each.get().log()).isEqualTo("1\n");
      assertThat(each.get().exit()).isEqualTo(new Exited(0));
    }
  }

  @Test
  void loopbackOfTheMachineIsOutOfReach() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (String to : List.of("127.0.0.1", "10.0.2.2")) {
        String connect =
            "python3 -c 'import socket; socket.create_connection((\"%s\",%d),3)' 2>/dev/null"
                .formatted(to, server.getLocalPort());
        for (Network network : List.of(Network.NONE, Network.OWN)) {
          Outcome tried = run(executor("2", network), connect, Map.of(), LONG);
          assertThat(tried.exit()).as("%s to %s", network, to).isEqualTo(new Exited(1));
        }
        if (to.equals("127.0.0.1")) {
          assertThat(run(executor("2", Network.HOST), connect, Map.of(), LONG).exit())
              .isEqualTo(new Exited(0));
        }
      }
    }
  }

  @Test
  void timeoutEndsAllProcesses() throws Exception {
    Outcome ended = run(usual, "sleep 55 & wait", Map.of(), Duration.ofMillis(300));
    assertThat(ended.exit()).isEqualTo(new TimedOut(Duration.ofMillis(300), false));
    Outcome stubborn =
        run(
            usual,
            "trap 'echo ending; exit 7' TERM; while :; do sleep 0.1; done",
            Map.of(),
            Duration.ofMillis(500));
    assertThat(stubborn.log()).contains("ending\n");
  }

  @Test
  void variablesAreNotChanged() throws Exception {
    Outcome printed = run(usual, "echo \"$A\"", Map.of("A", "b 'c' $d\n--ro-bind"), LONG);
    assertThat(printed.log()).isEqualTo("b 'c' $d\n--ro-bind\n");
  }
}
