package ci.assay.worker.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.PlacedCommand;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.sandbox.SandboxExecutor;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Needs permission to create control groups, such as root has. */
@Tag("control-groups")
@Tag("long")
@Timeout(120)
class ControlGroupTest {

  private static final RunLimits LIMITS = RunLimits.parse("memory=200M,processes=60,cpu=100%");

  private static final List<String> NEEDED = ControlGroup.controllersOf(LIMITS);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private GuardProcess guard;
  private Hierarchies hierarchies;
  private int runs;

  @BeforeEach
  void guard() throws Exception {
    guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
    hierarchies = Hierarchies.find(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), NEEDED);
  }

  @AfterEach
  void close() {
    guard.close();
    threads.shutdownNow();
  }

  private List<CommandExecutor> executors() throws IOException {
    return List.of(
        new CommandRunner(guard, threads, ControlGroup.open(hierarchies, "test-1", LIMITS)),
        new SandboxExecutor(
            guard,
            folder.resolve("executors"),
            threads,
            new Isolation(Isolation.Executor.SANDBOX, Network.NONE, List.of(), List.of()),
            List.of(folder),
            ControlGroup.open(hierarchies, "test-2", LIMITS)));
  }

  @Test
  void runThatEatsMemoryIsKilledAndSaysSo() throws Exception {
    for (CommandExecutor each : executors()) {
      try (each) {
        CommandExit ending = run(each, "python3 -c 'x = bytearray(400 << 20)'");
        assertThat(ending).isInstanceOf(OverLimit.class);
        assertThat(ending.words()).isEqualTo("killed: used more than 200M of memory");
        assertThat(run(each, "true")).isEqualTo(new Exited(0));
      }
    }
  }

  @Test
  void runThatForksWithoutEndIsHeldAndSaysSo() throws Exception {
    String bomb = "for i in $(seq 100); do sleep 60 & done; false";
    for (CommandExecutor each : executors()) {
      try (each) {
        CommandExit ending = run(each, bomb);
        assertThat(ending.words()).isEqualTo("more than 60 processes at a time");
        assertThat(run(each, "true")).isEqualTo(new Exited(0));
        assertThat(run(each, "bomb() { bomb | bomb & }; bomb; sleep 1; exit 3").words())
            .isEqualTo("more than 60 processes at a time");
        assertThat(run(each, "true")).isEqualTo(new Exited(0));
      }
    }
  }

  @Test
  void runThatKeepsToItsLimitsIsAsWithout() throws Exception {
    for (CommandExecutor each : executors()) {
      try (each) {
        assertThat(run(each, "exit 3")).isEqualTo(new Exited(3));
        assertThat(run(each, "python3 -c 'x = bytearray(50 << 20)'")).isEqualTo(new Exited(0));
      }
    }
  }

  @Test
  void groupsGoWithTheirExecutor() throws Exception {
    List<CommandExecutor> all = executors();
    for (CommandExecutor each : all) {
      var unused = run(each, "true");
      each.close();
    }
    try (var groups = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
      String ours = "assay-" + ProcessHandle.current().pid() + "-test-";
      assertThat(groups.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith(ours));
    }
  }

  @Test
  void withoutAGroupOfOurOwnItIsSaidWhatIsMissing() throws Exception {
    Path membership = Files.writeString(folder.resolve("cgroup"), "0::/system.slice/x\n");
    assertThatThrownBy(() -> Hierarchies.find(folder.resolve("sys"), membership, NEEDED))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("may not make control groups")
        .hasMessageContaining("Delegate=yes");
  }

  @Test
  void groupThatHasProcessesOfOthersIsLeftAlone() throws Exception {
    Path group = Files.createDirectories(folder.resolve("sys/session.scope"));
    Files.writeString(folder.resolve("sys/cgroup.controllers"), "cpu memory pids io");
    Files.writeString(group.resolve("cgroup.controllers"), "cpu memory pids");
    Files.writeString(group.resolve("cgroup.type"), "domain");
    Files.writeString(group.resolve("cgroup.subtree_control"), "");
    String others = ProcessHandle.current().pid() + "\n1\n";
    Files.writeString(group.resolve("cgroup.procs"), others);
    Path membership = Files.writeString(folder.resolve("cgroup"), "0::/session.scope\n");
    assertThatThrownBy(() -> Hierarchies.find(folder.resolve("sys"), membership, NEEDED))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("process 1, which is not this worker's")
        .hasMessageContaining("Delegate=yes");
    assertThat(group.resolve("worker")).doesNotExist();
  }

  @Test
  void controllerThatWasNotHandedOverIsNamedAndOneThatNobodyNeedsIsNot() throws Exception {
    Path group = Files.createDirectories(folder.resolve("sys/worker.service"));
    Files.writeString(folder.resolve("sys/cgroup.controllers"), "cpu memory pids");
    Files.writeString(group.resolve("cgroup.controllers"), "memory pids");
    Files.writeString(group.resolve("cgroup.type"), "domain");
    Files.writeString(group.resolve("cgroup.subtree_control"), "memory pids");
    Path membership = Files.writeString(folder.resolve("cgroup"), "0::/worker.service\n");
    RunLimits memory = RunLimits.parse("memory=200M");
    Hierarchies found =
        Hierarchies.find(folder.resolve("sys"), membership, ControlGroup.controllersOf(memory));
    try (ControlGroup one = ControlGroup.open(found, "1", memory)) {
      String name = "assay-" + ProcessHandle.current().pid() + "-1";
      assertThat(group.resolve(name).resolve("memory.max")).hasContent(Integer.toString(200 << 20));
      assertThat(one.entering()).contains(group.resolve(name).resolve("cgroup.procs").toString());
    }
    assertThatThrownBy(() -> Hierarchies.find(folder.resolve("sys"), membership, NEEDED))
        .hasMessageContaining("it has the controllers [")
        .hasMessageContaining("Delegate=yes");
  }

  private CommandExit run(CommandExecutor in, String command) throws Exception {
    int number = ++runs;
    Command placed = PlacedCommand.in(folder, folder.getFileName() + "-" + number, command);
    try (RunLog log = new RunLog(folder.resolve("log-" + number), 1 << 20)) {
      return in.run(placed, log);
    }
  }
}
