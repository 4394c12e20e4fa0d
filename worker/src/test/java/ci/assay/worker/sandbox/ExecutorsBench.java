package ci.assay.worker.sandbox;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.PlacedCommand;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what each executor adds to the time of a command, with one run after another in one
 * slot. The floor is {@code sh -c} started by Java. A command of 100 ms leaves time to start the
 * next sandbox ahead.
 */
@Tag("bench")
class ExecutorsBench {

  private static final int RUNS = 60;

  /** An image that the engine has; empty to measure no containers. */
  private final String image = System.getProperty("bench.image", "");

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Test
  void overheadPerRun() throws Exception {
    try (GuardProcess guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO)) {
      for (String command : List.of("true", "sleep 0.1")) {
        measure(guard, command);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void measure(GuardProcess guard, String command) throws Exception {
    double floor = millis(() -> new ProcessBuilder("sh", "-c", command).start().waitFor());
    System.out.printf("%s: bare %.2f ms%n", command, floor);
    try (CommandExecutor process = new CommandRunner(guard, threads)) {
      print(command, "process", process, floor);
    }
    for (Network network : Network.values()) {
      try (CommandExecutor sandbox = sandbox(guard, network)) {
        print(command, "sandbox, network " + network, sandbox, floor);
      }
    }
    for (Network network : List.of(Network.NONE, Network.OWN)) {
      if (image.isEmpty()) {
        System.out.println(command + ": container not measured; it takes -Dbench.image=NAME");
        return;
      }
      try (CommandExecutor container = container(guard, network)) {
        print(command, "container, network " + network, container, floor);
      }
    }
  }

  private CommandExecutor container(GuardProcess guard, Network network) throws Exception {
    Isolation contained =
        new Isolation(
            Isolation.Executor.CONTAINER,
            network,
            List.of(),
            List.of(),
            RunLimits.NONE,
            new Isolation.Containers(image, null));
    Path work = Files.createDirectories(folder.resolve("work-" + network));
    ExecutorFactory.Place place = new ExecutorFactory.Place("bench", new WorkFolder(work));
    return ExecutorFactory.choose(place, guard, threads, contained).of("1");
  }

  private CommandExecutor sandbox(GuardProcess guard, Network network) {
    return new SandboxExecutor(
        guard,
        folder.resolve("executors"),
        threads,
        new Isolation(Isolation.Executor.SANDBOX, network, List.of(), List.of()),
        List.of(folder),
        null);
  }

  private void print(String command, String name, CommandExecutor executor, double floor)
      throws Exception {
    double each = millis(() -> run(executor, command));
    System.out.printf(
        "%s: %s %.2f ms, %.2f ms more, ratio %.2f%n",
        command, name, each, each - floor, each / floor);
  }

  private void run(CommandExecutor executor, String command) throws Exception {
    Command order = PlacedCommand.in(folder, "bench", command);
    try (RunLog log = new RunLog(folder.resolve("log"), 1 << 20)) {
      executor.prepare(order.places());
      var unused = executor.run(order, log);
    }
  }

  /** One round. */
  private interface Round {
    void run() throws Exception;
  }

  /** The median, in milliseconds. */
  private static double millis(Round round) throws Exception {
    long[] times = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      round.run();
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[RUNS / 2] / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
