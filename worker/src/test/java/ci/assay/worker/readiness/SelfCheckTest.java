package ci.assay.worker.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.sandbox.SandboxExecutor;
import ci.assay.worker.settings.Isolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SelfCheckTest {

  @TempDir Path folder;

  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final AtomicLong free = new AtomicLong(1_000);
  private WorkFolder work;
  private GuardProcess guard;
  private SelfCheck check;

  @BeforeEach
  void open() throws InterruptedException {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    guard = GuardProcess.start(work.lock(), Duration.ZERO);
    work.prepare();
    DiskSpace disk = new DiskSpace(free::get, 500);
    check = new SelfCheck(work, guard, () -> new CommandRunner(guard, readers), disk);
  }

  @AfterEach
  void close() {
    guard.close();
    readers.shutdownNow();
  }

  @Test
  void passesWhereARunWouldWorkAndLeavesNothing() throws Exception {
    assertThat(check.problem()).isEmpty();
    assertThat(work.root().resolve(".self-check")).doesNotExist();
    assertThat(work.logs()).isEmptyDirectory();
  }

  @Test
  void saysThatTheDiskIsNearlyFull() throws Exception {
    free.set(499);
    assertThat(check.problem())
        .hasValueSatisfying(it -> assertThat(it).startsWith("499 bytes free"));
  }

  @Test
  void saysThatTheFolderCannotBeWritten() throws Exception {
    FileTree.delete(work.root());
    assertThat(check.problem()).hasValueSatisfying(it -> assertThat(it).contains(".self-check"));
  }

  @Test
  void saysThatCommandsCannotBeRunInWhatRunsTheJobs() throws Exception {
    Files.createDirectories(work.executor("in-the-way").getParent());
    Files.createFile(work.executor("in-the-way"));
    SelfCheck inTheWay =
        new SelfCheck(
            work,
            guard,
            () ->
                new SandboxExecutor(
                    guard,
                    work.executor("in-the-way").resolve("x"),
                    readers,
                    Isolation.PROCESS,
                    List.of(),
                    null),
            new DiskSpace(free::get, 500));
    assertThat(inTheWay.problem()).hasValueSatisfying(it -> assertThat(it).contains("in-the-way"));
    assertThat(work.executor("self-check-files")).doesNotExist();
  }

  @Test
  void saysThatTheGuardIsGone() throws Exception {
    guard.close();
    assertThat(check.problem()).hasValue("the guard process is gone");
  }
}
