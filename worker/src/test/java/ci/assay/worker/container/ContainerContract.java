package ci.assay.worker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.PlacedCommand;
import ci.assay.worker.command.WallsContract;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What containers promise in addition to the isolation that they share with the sandbox. */
abstract class ContainerContract extends WallsContract {

  static final String IMAGE = "assay-test:1";

  private final Map<Network, ContainerEngine> engines = new ConcurrentHashMap<>();

  /** The engine's program, which has {@link #IMAGE}. */
  abstract Path program();

  @Override
  protected CommandExecutor make(String slot, Network network) throws Exception {
    if (!engines.containsKey(network)) {
      engines.put(network, engine(folder.resolve("work-" + network), network, RunLimits.NONE));
    }
    return engines.get(network).executor(guard, slot);
  }

  /** An engine as seen by a worker with this work folder. */
  ContainerEngine engine(Path work, Network network, RunLimits limits) throws Exception {
    Files.createDirectories(work);
    return ContainerEngine.of(
        program().toString(),
        "w1",
        new WorkFolder(work),
        new Isolation(
            Isolation.Executor.CONTAINER,
            network,
            List.of(),
            List.of(),
            limits,
            new Isolation.Containers(IMAGE, null)),
        threads);
  }

  @Test
  void variablesOfTheImageAreSetUnlessTheRunOverridesThem() throws Exception {
    String say = "echo $IMAGE_SAYS";
    assertThat(run(say).log()).isEqualTo("hello\n");
    assertThat(run(usual, say, Map.of("IMAGE_SAYS", "mine"), LONG).log()).isEqualTo("mine\n");
  }

  @Test
  void filesOfARunBelongToTheWorker() throws Exception {
    Outcome wrote = run("touch made $HOME/made $TMPDIR/made; mkdir -p deep/er");
    Object us = Files.getAttribute(folder.resolve("spool"), "unix:uid");
    for (String each : List.of("tree/made", "home/made", "tmp/made", "tree/deep/er")) {
      Path file = wrote.tree().resolve("..").resolve(each);
      assertThat(Files.getAttribute(file, "unix:uid")).as(each).isEqualTo(us);
    }
  }

  /** Java and other programs take the home from {@code /etc/passwd}, not from {@code HOME}. */
  @Test
  void homeIsAlsoTheHomeOfTheUser() throws Exception {
    assertThat(run("python3 -c 'import os, pwd; print(pwd.getpwuid(os.getuid()).pw_dir)'").log())
        .isEqualTo("/assay/home\n");
  }

  @Test
  void outputComesInTheOrderInWhichItWasPrinted() throws Exception {
    assertThat(run("for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done").log())
        .isEqualTo("o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n");
  }

  @Test
  void containerHasNoAccessToTheEngine() throws Exception {
    assertThat(run("ls /run /var/run 2>/dev/null; cat /proc/self/mountinfo").log())
        .doesNotContain("docker.sock", "podman.sock", "containerd.sock");
  }

  @Test
  void supervisorCannotBeChangedOrEnded() throws Exception {
    assertThat(run("echo x > /assay/supervisor/perl").exit()).isNotEqualTo(new Exited(0));
    assertThat(run("kill -9 1; kill -9 -1; exit 5").exit())
        .as("all but the supervisor is killed")
        .isIn(new Exited(5), Exited.KILLED);
  }

  @Test
  void killedRunEndsAtOnceWithItsContainer() throws Exception {
    Path place = folder.resolve("place");
    Path begun = place.resolve("tree/begun");
    String run = folder.getFileName() + "-killed";
    Future<?> running =
        threads.submit(
            () -> {
              try (RunLog log = new RunLog(folder.resolve("log"), 1 << 20)) {
                return usual.run(PlacedCommand.in(place, run, "touch begun; sleep 40"), log);
              }
            });
    await().until(() -> Files.exists(begun));
    usual.kill(run);
    assertThat(running.get()).isEqualTo(Exited.KILLED);
  }

  @Test
  void reachedLimitIsTheCause() throws Exception {
    RunLimits limits = RunLimits.parse("memory=64M,processes=30");
    try (CommandExecutor limited =
        engine(folder.resolve("limited"), Network.NONE, limits).executor(guard, "1")) {
      assertLimits(limited);
    }
  }

  /** Asserts that limits are applied; only for engines that apply them. */
  void assertLimits(CommandExecutor limited) throws Exception {
    Outcome eaten = run(limited, "python3 -c 'x = bytearray(200 << 20)'", Map.of(), LONG);
    assertThat(eaten.exit())
        .isEqualTo(new OverLimit(137, "killed: used more than 64M of memory", false));
    Outcome forked = run(limited, "for i in $(seq 60); do sleep 60 & done; false", Map.of(), LONG);
    assertThat(forked.exit().words()).isEqualTo("more than 30 processes at a time");
    assertThat(run(limited, "exit 3", Map.of(), LONG).exit()).isEqualTo(new Exited(3));
  }
}
