package ci.assay.worker.sandbox;

import ci.assay.common.CannotRunException;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.container.ContainerEngine;
import ci.assay.worker.container.EngineSearch;
import ci.assay.worker.container.NoContainers;
import ci.assay.worker.settings.Isolation;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a worker runs commands in containers, and with which engine.
 *
 * @param engine the engine; null for no containers
 * @param answers the engine's name and version at the start; null if it did not answer
 * @param why why there are no containers, or none yet; empty if there are
 */
record Containers(@Nullable ContainerEngine engine, @Nullable String answers, String why) {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final String NAME = "container";

  /**
   * Looks for an engine. One that does not answer now may answer later.
   *
   * @throws CannotRunException when containers are asked for and there is no engine
   */
  static Containers choose(ExecutorFactory.Place place, Executor readers, Isolation wanted)
      throws InterruptedException {
    if (wanted.executor() == Isolation.Executor.PROCESS
        || wanted.executor() == Isolation.Executor.SANDBOX) {
      String name = wanted.executor() == Isolation.Executor.PROCESS ? "process" : "sandbox";
      return new Containers(null, null, "its worker was started with --executor " + name);
    }
    String program =
        EngineSearch.look(wanted.containers().engine(), System.getenv(), readers).program();
    if (program == null) {
      if (wanted.executor() == Isolation.Executor.CONTAINER) {
        throw new CannotRunException(
            "there is no container engine here: neither docker nor podman is in PATH; "
                + EngineSearch.GET);
      }
      return new Containers(null, null, "its worker has no container engine");
    }
    ContainerEngine engine =
        ContainerEngine.of(program, place.worker(), place.folder(), wanted, readers);
    try {
      String words = engine.words();
      log.info("containers are run by {}", words);
      return new Containers(engine, words, "");
    } catch (IOException e) {
      log.warn("commits with an 'image' cannot run here: {}", e.getMessage());
      return new Containers(engine, null, String.valueOf(e.getMessage()));
    }
  }

  CommandExecutor executor(GuardProcess guard, String user) {
    return engine == null ? new NoContainers(why, EngineSearch.GET) : engine.executor(guard, user);
  }

  /** The name of the executor if all runs are in containers. */
  String words() {
    return NAME;
  }

  /** The name of another executor, with this one added if the engine answered. */
  String beside(String other) {
    return answers == null ? other : other + ", " + NAME;
  }

  /** Why no container can run now; empty if one can. */
  Optional<String> trouble() {
    return answers == null ? Optional.of(why) : Optional.empty();
  }
}
