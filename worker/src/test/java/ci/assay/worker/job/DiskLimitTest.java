package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.PlacedCommand;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.sandbox.SandboxExecutor;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk limit with each executor, on a real disk. */
@Tag("long")
@Timeout(120)
class DiskLimitTest {

  private static final String MEBIBYTES = "head -c %dM /dev/urandom >$%s/big";

  @TempDir Path folder;

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);
  private GuardProcess guard;
  private DiskSpace space;
  private DiskLimit limit;
  private int runs;

  @BeforeEach
  void guard() throws Exception {
    guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
    space = new DiskSpace(DiskSpace.Gauge.of(folder), 0);
    limit = new DiskLimit(space, OptionalLong.of(32L << 20));
    var unused = threads.scheduleWithFixedDelay(space::look, 0, 50, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void close() {
    guard.close();
    threads.shutdownNow();
  }

  private List<CommandExecutor> executors() {
    return List.of(
        new CommandRunner(guard, threads),
        new SandboxExecutor(
            guard,
            folder.resolve("executors"),
            threads,
            new Isolation(Isolation.Executor.SANDBOX, Network.NONE, List.of(), List.of()),
            List.of(folder),
            null));
  }

  @Test
  void runThatFillsTheDiskIsKilledAndSaysSoAndTheNextOneIsNot() throws Exception {
    for (CommandExecutor each : executors()) {
      try (each) {
        for (String where : List.of("HOME", "TMPDIR", "PWD")) {
          String fill = MEBIBYTES.formatted(64, where) + "; sleep 40";
          assertThat(run(each, fill))
              .as("%s in %s", each.name(), where)
              .isEqualTo(new OverLimit(137, "killed: wrote more than 32M", true));
          assertThat(run(each, "rm $%s/big".formatted(where))).isEqualTo(new Exited(0));
        }
      }
    }
  }

  @Test
  void runThatIsDoneBeforeItIsSeenHasFailedAllTheSame() throws Exception {
    for (CommandExecutor each : executors()) {
      try (each) {
        assertThat(run(each, MEBIBYTES.formatted(64, "PWD")).words())
            .isEqualTo("killed: wrote more than 32M");
      }
    }
  }

  @Test
  void runThatKeepsToItsLimitIsAsWithout() throws Exception {
    for (CommandExecutor each : executors()) {
      try (each) {
        assertThat(run(each, MEBIBYTES.formatted(20, "HOME") + "; exit 3"))
            .isEqualTo(new Exited(3));
      }
    }
  }

  @Test
  void limitIsOfAllCommandsOfARunTogether() throws Exception {
    for (CommandExecutor each : executors()) {
      String id = folder.getFileName() + "-" + ++runs;
      Path place = folder.resolve(each.name());
      String fill = "head -c 20M /dev/urandom >$PWD/part-";
      CommandRunner.Command one = PlacedCommand.in(place, id, fill + "1");
      CommandRunner.Command two = PlacedCommand.in(place, id, fill + "2");
      try (each;
          RunLog log = new RunLog(place.resolveSibling(id + ".log"), 1 << 20);
          DiskLimit.Held held = limit.hold(each, one)) {
        assertThat(held.run(one, log)).isEqualTo(new Exited(0));
        CommandExit second = held.run(two, log);
        assertThat(second.words()).isEqualTo("killed: wrote more than 32M");
        assertThat(held.run(one, log)).as("what comes after that").isEqualTo(second);
      }
    }
  }

  private CommandExit run(CommandExecutor in, String command) throws Exception {
    String id = folder.getFileName() + "-" + ++runs;
    Path place = folder.resolve(in.name());
    try (RunLog log = new RunLog(place.resolveSibling(id + ".log"), 1 << 20)) {
      CommandRunner.Command first = PlacedCommand.in(place, id, command);
      try (DiskLimit.Held held = limit.hold(in, first)) {
        return held.run(first, log);
      }
    }
  }
}
