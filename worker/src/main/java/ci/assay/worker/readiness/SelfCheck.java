package ci.assay.worker.readiness;

import ci.assay.worker.command.CommandCheck;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.WorkFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks whether a run could work here: whether the disk is writable and a command can be run. */
public final class SelfCheck {

  private final WorkFolder folder;
  private final GuardProcess guard;
  private final Supplier<CommandExecutor> executors;
  private final DiskSpace disk;

  /**
   * @param executors creates an executor like those that run the jobs
   */
  public SelfCheck(
      WorkFolder folder, GuardProcess guard, Supplier<CommandExecutor> executors, DiskSpace disk) {
    this.folder = folder;
    this.guard = guard;
    this.executors = executors;
    this.disk = disk;
  }

  /** What is wrong, in words for people; empty when nothing is. */
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
    Path file = Files.createTempFile(folder.root(), ".self-check-", "");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1));
      channel.force(true);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Runs a command in such an executor, so that its faults do not use up attempts of jobs. */
  private Optional<String> run() throws IOException, InterruptedException {
    try (CommandExecutor executor = executors.get()) {
      return CommandCheck.problem(executor, folder.executor("self-check-files"));
    }
  }
}
