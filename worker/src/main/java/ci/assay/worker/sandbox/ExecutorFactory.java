package ci.assay.worker.sandbox;

import ci.assay.common.CannotRunException;
import ci.assay.worker.command.CommandCheck;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.container.ImageChoice;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.limit.ControlGroup;
import ci.assay.worker.limit.Hierarchies;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the executors of a worker's slots. All slots use the same kind: sandbox, process or
 * container. With the first two, if there is an engine, each slot also gets an executor in
 * containers for commits that name an image. Whether the sandbox works is found out by running a
 * command in it.
 */
public final class ExecutorFactory {

  private static final Logger log = LoggerFactory.getLogger(ExecutorFactory.class);

  private final Place place;
  private final GuardProcess guard;
  private final Executor readers;
  private final Isolation isolation;
  private final @Nullable Hierarchies hierarchies;
  private final Containers containers;

  /**
   * The worker that the executors belong to.
   *
   * @param worker its name
   */
  public record Place(String worker, WorkFolder folder) {}

  private ExecutorFactory(
      Place place,
      GuardProcess guard,
      Executor readers,
      Isolation isolation,
      @Nullable Hierarchies hierarchies,
      Containers containers) {
    this.place = place;
    this.guard = guard;
    this.readers = readers;
    this.isolation = isolation;
    this.hierarchies = hierarchies;
    this.containers = containers;
  }

  /**
   * Chooses the kind of executor. If the sandbox does not work, logs in one line what that means.
   *
   * @param wanted {@code AUTO} means the sandbox if it works
   * @throws CannotRunException when the sandbox, a container engine or a limit is required and does
   *     not work
   */
  public static ExecutorFactory choose(
      Place place, GuardProcess guard, Executor readers, Isolation wanted)
      throws InterruptedException {
    boolean isContained = wanted.executor() == Isolation.Executor.CONTAINER;
    ExecutorFactory asWanted =
        new ExecutorFactory(
            place,
            guard,
            readers,
            wanted,
            isContained ? null : hierarchies(wanted),
            Containers.choose(place, readers, wanted));
    if (isContained || wanted.executor() == Isolation.Executor.PROCESS) {
      return asWanted;
    }
    Optional<String> problem = asWanted.problem();
    if (problem.isEmpty()) {
      return asWanted.in(Isolation.Executor.SANDBOX, wanted.network());
    }
    if (wanted.executor() == Isolation.Executor.SANDBOX) {
      throw new CannotRunException(
          "the sandbox does not work here: %s; %s"
              .formatted(problem.get(), SandboxCheck.mend(problem.get())));
    }
    ExecutorFactory sharing = asWanted.in(Isolation.Executor.SANDBOX, Network.HOST);
    if (wanted.network() == Network.OWN && sharing.problem().isEmpty()) {
      log.warn(
          "runs share this machine's network: {}; two that bind the same port can collide; {}",
          problem.get(),
          SandboxCheck.mend(problem.get()));
      return sharing;
    }
    log.warn(
        "runs are not isolated from this worker and from each other: {}; {}",
        problem.get(),
        SandboxCheck.mend(problem.get()));
    return asWanted.in(Isolation.Executor.PROCESS, wanted.network());
  }

  private ExecutorFactory in(Isolation.Executor executor, Network network) {
    return new ExecutorFactory(
        place, guard, readers, isolation.by(executor, network), hierarchies, containers);
  }

  /** The names of the executors, in presence messages and for people. */
  public String name() {
    return switch (isolation.executor()) {
      case CONTAINER -> containers.words();
      case PROCESS -> containers.beside(CommandRunner.NAME);
      case AUTO, SANDBOX -> containers.beside(SandboxExecutor.NAME);
    };
  }

  /** Whether runs cannot read all that this worker can read. */
  public boolean keepsApart() {
    return isolation.executor() != Isolation.Executor.PROCESS;
  }

  /** Why the worker can run nothing now; empty if it can. */
  public Optional<String> obstacle() {
    return isolation.executor() == Isolation.Executor.CONTAINER
        ? containers.trouble()
        : Optional.empty();
  }

  /**
   * Makes an executor.
   *
   * @param user a slot's number, or another word that no other executor of this worker has
   */
  public CommandExecutor of(String user) {
    CommandExecutor contained = containers.executor(guard, user);
    return isolation.executor() == Isolation.Executor.CONTAINER
        ? contained
        : new ImageChoice(uncontained(user), contained);
  }

  private CommandExecutor uncontained(String user) {
    if (isolation.executor() == Isolation.Executor.PROCESS) {
      return new CommandRunner(guard, readers, group(user));
    }
    List<Path> hidden = new ArrayList<>(isolation.hidden());
    hidden.add(place.folder().root());
    return new SandboxExecutor(
        guard, place.folder().executor(user), readers, isolation, hidden, group(user));
  }

  private @Nullable ControlGroup group(String user) {
    if (hierarchies == null) {
      return null;
    }
    try {
      return ControlGroup.open(hierarchies, user, isolation.limits());
    } catch (IOException e) {
      throw new CannotRunException("runs cannot be limited here: " + e.getMessage(), e);
    }
  }

  private static @Nullable Hierarchies hierarchies(Isolation wanted) {
    List<String> controllers = ControlGroup.controllersOf(wanted.limits());
    if (controllers.isEmpty()) {
      return null;
    }
    try {
      return Hierarchies.find(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), controllers);
    } catch (IOException e) {
      throw new CannotRunException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Why the sandbox does not work, for people; empty if it works. */
  private Optional<String> problem() throws InterruptedException {
    Optional<String> missing = SandboxCheck.missing(isolation.network(), System.getenv());
    if (missing.isPresent()) {
      return missing;
    }
    try (CommandExecutor sandbox =
        in(Isolation.Executor.SANDBOX, isolation.network()).uncontained("check")) {
      return CommandCheck.problem(sandbox, place.folder().executor("check-files"));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
