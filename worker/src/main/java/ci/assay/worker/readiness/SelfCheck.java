package ci.assay.worker.readiness;

import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.RunProcesses;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Finds out whether a run could work here: the disk can be written, and a command be run. */
public final class SelfCheck {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOG_CAP = 4_096;

  private final WorkFolder folder;
  private final GuardProcess guard;
  private final Executor readers;
  private final DiskSpace disk;

  /**
   * @param readers where the output of a command is read
   */
  public SelfCheck(WorkFolder folder, GuardProcess guard, Executor readers, DiskSpace disk) {
    this.folder = folder;
    this.guard = guard;
    this.readers = readers;
    this.disk = disk;
  }

  /** What is wrong, for people; empty when nothing is. */
  public Optional<String> problem() throws InterruptedException {
    disk.look();
    if (!guard.isAlive()) {
      return Optional.of("the guard process is gone");
    }
    if (disk.isLow()) {
      return Optional.of(disk.words());
    }
    try {
      writeAndDelete();
      return run();
    } catch (IOException | UncheckedIOException e) {
      return Optional.of(e.toString());
    }
  }

  private void writeAndDelete() throws IOException {
    Path file = folder.root().resolve(".self-check");
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1));
      channel.force(true);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Optional<String> run() throws IOException, InterruptedException {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    String id = UlidCreator.getMonotonicUlid().toString();
    Map<String, String> environment = Map.of("PATH", path, RunProcesses.VARIABLE, id);
    Path file = folder.logs().resolve(id + ".log");
    CommandRunner.Command command =
        new CommandRunner.Command(id, "true", folder.root(), environment, LIMIT, List.of());
    try (RunLog output = new RunLog(file, LOG_CAP);
        CommandRunner commands = new CommandRunner(guard, folder.shell("self-check"), readers)) {
      CommandExit ending = commands.run(command, output);
      boolean isFine = ending instanceof Exited exited && exited.code() == 0;
      return isFine ? Optional.empty() : Optional.of("sh -c true: " + ending.words());
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
