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
 * A worker's container engine with all that its slots share: images, and the supervisor that is
 * mounted into containers. Makes the executors of the slots. Safe for use by many threads.
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
   * Assembles it; the engine is asked nothing yet.
   *
   * @param program its name in PATH, or its path
   * @param worker whose containers there will be
   * @param readers where its output is read
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
   * The executor of one user.
   *
   * @param user a slot's number, or another word
   */
  public CommandExecutor executor(GuardProcess guard, String user) {
    return new ContainerExecutor(this, guard, folder.executor(user + "-containers"), user);
  }

  /**
   * What the engine is: {@code docker 28.2.2}.
   *
   * @throws IOException when none answers
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

  /** Of commits that name none; null where those run in no container. */
  @Nullable String usualImage() {
    return isolation.containers().image();
  }

  /** What is mounted into each container; made when it is wanted first. */
  synchronized SupervisorFiles supervisor() throws IOException, InterruptedException {
    SupervisorFiles made = supervisor;
    if (made == null) {
      made = SupervisorFiles.copy(folder.executor("supervisor"));
      supervisor = made;
    }
    return made;
  }

  /** A name for something of a slot, that no other slot of this engine has, of whatever worker. */
  String name(String slot) {
    Path root = host.owner().folder();
    byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
    String folderKey = UUID.nameUUIDFromBytes(bytes).toString().substring(0, 13);
    return "assay-" + folderKey + "-" + slot;
  }
}
