package ci.assay.worker.container;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Surroundings;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.CurrentRun;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.SupervisedRun;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation.Network;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each command in a container of its own. The command sees the image, its work tree and its
 * home, but no other processes and not the engine. Used by one thread; may be closed by any thread.
 */
final class ContainerExecutor implements CommandExecutor {

  static final String NAME = "container";

  private static final Logger log = LoggerFactory.getLogger(ContainerExecutor.class);
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final ContainerEngine engine;
  private final GuardProcess guard;
  private final Path folder;
  private final @Nullable SlotNetwork ownNetwork;
  private final LimitsMet limits;
  private final Set<Container> closing = ConcurrentHashMap.newKeySet();
  private final CurrentRun current = new CurrentRun();
  private @Nullable Image image;

  /**
   * @param guard not closed by this object
   * @param folder for the files of this executor alone; not visible to runs
   * @param slot a word that no other executor of this worker has
   */
  ContainerExecutor(ContainerEngine engine, GuardProcess guard, Path folder, String slot) {
    this.engine = engine;
    this.guard = guard;
    this.folder = folder;
    this.ownNetwork =
        engine.network() == Network.OWN ? new SlotNetwork(engine.host(), engine.name(slot)) : null;
    this.limits = new LimitsMet(engine.limits(), folder, engine.readers());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Surroundings surroundings(RunPlaces places) {
    String name = imageName(places);
    Image prepared = image;
    String digest = prepared == null || !prepared.name().equals(name) ? null : prepared.digest();
    return new Surroundings(NAME, name, digest);
  }

  private String imageName(RunPlaces places) {
    String own = places.needs().image();
    String name = own != null ? own : engine.defaultImage();
    if (name == null) {
      throw new InvalidInputException("no image is named; add 'image' to .assay.yml");
    }
    return name;
  }

  /** Checks that the engine can apply the limits, and pulls the image if it is missing. */
  @Override
  public void prepare(RunPlaces places) throws IOException, InterruptedException {
    image = null;
    requireLimits(engine.host().ready());
    image = engine.images().require(imageName(places));
  }

  private void requireLimits(EngineInfo info) throws UnfitWorkerException {
    List<String> missing = info.missing(engine.limits());
    if (!missing.isEmpty()) {
      throw new UnfitWorkerException(
          "its engine, %s, cannot limit %s".formatted(info.words(), String.join(" and ", missing)),
          "leave these out of the worker's --limit, or let the engine do it (of a podman that is not"
              + " root's: systemd's Delegate=memory pids cpu)");
    }
  }

  @Override
  public CommandExit run(Command command, RunLog output) throws IOException, InterruptedException {
    Image used = image;
    if (used == null || !used.name().equals(imageName(command.places()))) {
      prepare(command.places());
      used = image;
    }
    if (used == null) {
      throw new IOException("the run could not begin: its image is not there");
    }
    Container container = start(command, used);
    boolean isClean = false;
    try {
      SupervisedRun run =
          SupervisedRun.begin(
              container.supervisor(), inside(command, used), output, engine.readers());
      CommandExit exit = current.finish(command.run(), run, command.timeout());
      if (exit == null) {
        throw container.ended();
      }
      isClean = run.isClean();
      return isClean ? limits.explain(exit, container.supervisor(), command.run()) : exit;
    } catch (IOException e) {
      throw Container.explainStart(e, used);
    } finally {
      if (isClean) {
        container.clean();
        closeLater(container);
      } else {
        container.close();
      }
    }
  }

  /** The command with the environment of the image, which the variables of the run override. */
  private static Command inside(Command command, Image image) {
    Command inside = command.inside();
    Map<String, String> environment = new TreeMap<>(Map.of("PATH", DEFAULT_PATH));
    environment.putAll(image.environment());
    environment.putAll(inside.environment());
    return new Command(
        inside.run(),
        inside.shellCommand(),
        inside.directory(),
        environment,
        inside.timeout(),
        inside.needs());
  }

  private Container start(Command command, Image used) throws IOException, InterruptedException {
    EngineInfo info = engine.host().ready();
    String name = "assay-" + UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
    List<String> labels = new ArrayList<>(engine.host().owner().labels());
    labels.addAll(List.of("--label", ContainerHost.RUN_LABEL + "=" + command.run()));
    ContainerOptions options =
        new ContainerOptions(
            info,
            engine.network(),
            network(info),
            engine.limits(),
            engine.supervisor(),
            engine.users().of(used, ContainerOptions.user(info)));
    List<String> arguments = options.arguments(name, labels, command.places(), used);
    try {
      return Container.start(
          engine.host(),
          guard,
          new Container.Started(name, command.run(), arguments),
          folder,
          engine.readers());
    } catch (IOException e) {
      image = null; // the image may have been removed
      if (ownNetwork != null) {
        ownNetwork.doubt();
      }
      throw e;
    }
  }

  /** Null for rootless Podman, which gives each container a network of its own anyway. */
  private @Nullable String network(EngineInfo info) throws IOException, InterruptedException {
    boolean isIsolatedAnyway = info.isPodman() && info.isRootless();
    return ownNetwork == null || isIsolatedAnyway ? null : ownNetwork.ready();
  }

  /**
   * Closes a container in the background; no process is left in it that could disturb the next run.
   */
  private void closeLater(Container container) {
    try {
      closing.add(container);
      engine.readers().execute(() -> close(container));
    } catch (RejectedExecutionException e) {
      close(container);
    }
  }

  private void close(Container container) {
    container.close();
    closing.remove(container);
  }

  @Override
  public void kill(String run) {
    current.kill(run);
  }

  @Override
  public void close() {
    closing.forEach(Container::close);
    if (ownNetwork != null) {
      ownNetwork.close();
    }
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      log.debug("{} stays until the next start: {}", folder, e.toString());
    }
  }
}
