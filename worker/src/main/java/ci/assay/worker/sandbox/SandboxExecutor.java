package ci.assay.worker.sandbox;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each command in namespaces of its own, by bubblewrap: it sees its work tree, its home and
 * the system, no process of anybody else, and a loopback that is its own. When its first process
 * ends, all of it is gone. How it ended is said by bubblewrap, from outside, so no run can say it
 * for another. Used by one thread, but closed by any.
 */
public final class SandboxExecutor implements CommandExecutor {

  private static final Logger logger = LoggerFactory.getLogger(SandboxExecutor.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration TERMINATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /** $1 takes the status, $2 is written to when the command may begin. */
  private static final String SCRIPT =
      "mkfifo \"$2\" || exit; exec 3>\"$1\" 4<>\"$2\"; shift 2;"
          + " exec bwrap --json-status-fd 3 --block-fd 4 \"$@\"";

  /** Short of memory, the kernel takes the run first. */
  private static final String COMMAND = "echo 1000 >/proc/self/oom_score_adj; exec sh -c \"$1\"";

  private static final List<String> NAMESPACES =
      List.of(
          "--unshare-pid",
          "--unshare-ipc",
          "--unshare-uts",
          "--unshare-cgroup-try",
          "--hostname",
          "assay",
          "--die-with-parent",
          "--cap-drop",
          "ALL",
          "--clearenv");

  private final GuardProcess guard;
  private final Path folder;
  private final Executor readers;
  private final Mounts mounts;
  private final Network network;

  /**
   * @param guard not closed by this object
   * @param folder for this executor's files alone, where no run sees them
   * @param readers where the output is read, one task per run
   * @param hidden folders that no run may see
   */
  public SandboxExecutor(
      GuardProcess guard, Path folder, Executor readers, Isolation isolation, List<Path> hidden) {
    this.guard = guard;
    this.folder = folder;
    this.readers = readers;
    this.mounts = new Mounts(hidden, isolation.readable());
    this.network = isolation.network();
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public void prepare() throws IOException {
    FileTree.delete(folder);
    Files.createDirectories(folder);
  }

  @Override
  public CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
    String secret = UUID.randomUUID().toString();
    Files.createDirectories(folder);
    Path status = folder.resolve(secret + ".status");
    Path go = folder.resolve(secret + ".go");
    Process process = start(command, status, go);
    guard.add(process.pid(), command.run());
    FutureTask<Void> reading = new FutureTask<>(() -> capture(process, log));
    UserNetwork way = null;
    try {
      readers.execute(reading);
      SandboxStatus begun = awaitChild(process, status);
      if (network == Network.OWN) {
        way = UserNetwork.connect(begun.child().orElseThrow(), folder.resolve(secret + ".ready"));
        guard.add(way.pid(), command.run());
      }
      Files.writeString(go, "go");
      CommandExit ending = await(process, begun, command.timeout(), status);
      finish(reading, log);
      return ending;
    } finally {
      end(process);
      if (way != null) {
        way.close();
        guard.remove(way.pid());
      }
      guard.remove(process.pid());
      deleteFiles(secret);
    }
  }

  private Process start(Command command, Path status, Path go) throws IOException {
    List<String> program = new ArrayList<>();
    program.addAll(List.of("setsid", "sh", "-c", SCRIPT, "sh", status.toString(), go.toString()));
    program.addAll(NAMESPACES);
    if (network != Network.HOST) {
      program.add("--unshare-net");
    }
    program.addAll(mounts.arguments(command, network == Network.OWN ? resolver() : null));
    TreeMap<String, String> environment = new TreeMap<>(command.checkedEnvironment());
    environment.put("HOME", Mounts.HOME);
    environment.put("TMPDIR", Mounts.TEMPORARY);
    environment.forEach((name, value) -> program.addAll(List.of("--setenv", name, value)));
    program.addAll(List.of("--", "sh", "-c", COMMAND, "sh", command.shellCommand()));
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder.start();
  }

  private Path resolver() throws IOException {
    Path file = folder.resolve("resolv.conf");
    if (!Files.exists(file)) {
      Files.writeString(file, UserNetwork.RESOLVER);
    }
    return file;
  }

  /** Waits until the namespaces are there; the command waits then, too. */
  private static SandboxStatus awaitChild(Process process, Path status)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      boolean isAlive = process.isAlive();
      SandboxStatus now = SandboxStatus.read(status);
      if (now.child().isPresent()) {
        return now;
      }
      if (!isAlive || System.nanoTime() > deadline) {
        throw new IOException("the run could not begin: its sandbox does not come up");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static CommandExit await(
      Process process, SandboxStatus begun, Duration timeout, Path status)
      throws IOException, InterruptedException {
    if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      return ending(process, status);
    }
    begun.processes().ifPresent(SandboxExecutor::terminate);
    boolean byForce = !process.waitFor(TERMINATION_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    return new TimedOut(timeout, byForce);
  }

  private static CommandExit ending(Process process, Path status) throws IOException {
    OptionalInt code = SandboxStatus.read(status).exitCode();
    if (code.isEmpty()) {
      throw new IOException(
          "the sandbox of the run ended before the run did: exit code " + process.exitValue());
    }
    return new Exited(code.getAsInt());
  }

  /** Asks all processes of a namespace to end. */
  private static void terminate(long namespace) {
    String link = "pid:[" + namespace + "]";
    ProcessHandle.allProcesses()
        .filter(each -> link.equals(namespaceOf(each.pid())))
        .forEach(ProcessHandle::destroy);
  }

  private static @Nullable String namespaceOf(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/pid")).toString();
    } catch (IOException e) {
      return null; // gone meanwhile, or another user's
    }
  }

  private static Void capture(Process process, RunLog log) throws IOException {
    log.capture(process.getInputStream());
    return null;
  }

  private static void finish(FutureTask<Void> reading, RunLog log)
      throws IOException, InterruptedException {
    try {
      reading.get(OUTPUT_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.note("the end of this run's output did not come; not waiting for it");
      reading.cancel(true);
    } catch (ExecutionException e) {
      throw new IOException("cannot read the run's output: " + e.getMessage(), e);
    }
  }

  /** When bubblewrap is killed, the kernel kills all that is in the sandbox. */
  private static void end(Process process) {
    process.destroyForcibly();
    boolean wasInterrupted = Thread.interrupted();
    try {
      if (!process.waitFor(TERMINATION_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        logger.warn("the sandbox {} does not die from SIGKILL", process.pid());
      }
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void deleteFiles(String secret) {
    for (String end : List.of(".status", ".go", ".ready")) {
      try {
        Files.deleteIfExists(folder.resolve(secret + end));
      } catch (IOException e) {
        logger.debug("{} stays until the next start: {}", secret + end, e.toString());
      }
    }
  }

  @Override
  public void close() {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      logger.debug("{} stays until the next start: {}", folder, e.toString());
    }
  }
}
