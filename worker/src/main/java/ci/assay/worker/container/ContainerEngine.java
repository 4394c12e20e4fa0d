package ci.assay.worker.container;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A worker's container engine, and what its slots share: the images, and the supervisor files that
 * are mounted into containers. Makes the executors of the slots. Safe for use by many threads.
 */
public final class ContainerEngine {

  private static final Duration PULL_LIMIT = Duration.ofMinutes(30);

  private final ContainerHost host;
  private final Images images;
  private final UserFiles users;
  private final WorkFolder folder;
  private final Isolation isolation;
  private final Executor readers;
  private @Nullable SupervisorFiles supervisor;

  private ContainerEngine(
      ContainerHost host, WorkFolder folder, Isolation isolation, Executor readers) {
    this.host = host;
    this.images = new Images(host, readers, PULL_LIMIT);
    this.users = new UserFiles(host, folder.executor("users"));
    this.folder = folder;
    this.isolation = isolation;
    this.readers = readers;
  }

  /**
   * Makes the object; does not call the engine yet.
   *
   * @param program the engine's program: a name in PATH, or a path
   * @param worker the name of the worker, for labels
   * @param readers runs the tasks that read the program's output
   */
  public static ContainerEngine of(
      String program, String worker, WorkFolder folder, Isolation isolation, Executor readers) {
    ContainerHost host =
        new ContainerHost(
            Engine.of(program, System.getenv(), readers),
            new ContainerHost.Owner(worker, folder.root()),
            isolation.executor() == Isolation.Executor.CONTAINER,
            System::nanoTime);
    return new ContainerEngine(host, folder, isolation, readers);
  }

  /**
   * Makes an executor.
   *
   * @param user a slot's number, or another word that no other executor of this worker has
   */
  public CommandExecutor executor(GuardProcess guard, String user) {
    return new ContainerExecutor(this, guard, folder.executor(user + "-containers"), user);
  }

  /**
   * The engine's name and version: {@code docker 28.2.2}.
   *
   * @throws IOException when the engine does not answer
   */
  public String words() throws IOException, InterruptedException {
    return host.ready().words();
  }

  ContainerHost host() {
    return host;
  }

  Images images() {
    return images;
  }

  UserFiles users() {
    return users;
  }

  Network network() {
    return isolation.network();
  }

  RunLimits limits() {
    return isolation.limits();
  }

  Executor readers() {
    return readers;
  }

  /** The image for commits that name none; null if those run in no container. */
  @Nullable String defaultImage() {
    return isolation.containers().image();
  }

  /** The files that are mounted into each container; made at the first call. */
  synchronized SupervisorFiles supervisor() throws IOException, InterruptedException {
    SupervisorFiles files = supervisor;
    if (files == null) {
      files = SupervisorFiles.copy(folder.executor("supervisor"));
      supervisor = files;
    }
    return files;
  }

  /** A name for an object of a slot, unique among all slots of all workers on this engine. */
  String name(String slot) {
    Path root = host.owner().folder();
    byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
    String folderKey = UUID.nameUUIDFromBytes(bytes).toString().substring(0, 13);
    return "assay-" + folderKey + "-" + slot;
  }
}
