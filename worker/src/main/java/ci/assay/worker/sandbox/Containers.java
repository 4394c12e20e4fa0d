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
 * Whether a worker runs commands in containers, and by which engine.
 *
 * @param engine null for no containers
 * @param answers what the engine was called at the start; null when none answered
 * @param why there are none, or none yet
 */
record Containers(@Nullable ContainerEngine engine, @Nullable String answers, String why) {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final String NAME = "container";

  /**
   * Decides. An engine that does not answer now may do so later.
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
      log.warn("no containers are run as long as that is so: {}", e.getMessage());
      return new Containers(engine, null, String.valueOf(e.getMessage()));
    }
  }

  CommandExecutor executor(GuardProcess guard, String user) {
    return engine == null ? new NoContainers(why, EngineSearch.GET) : engine.executor(guard, user);
  }

  /** What it is called where all runs are in containers. */
  String words() {
    return NAME;
  }

  /** As it is called beside another executor. */
  String beside(String other) {
    return answers == null ? other : other + ", " + NAME;
  }

  /** Why none can be had now. */
  Optional<String> trouble() {
    return answers == null ? Optional.of(why) : Optional.empty();
  }
}
