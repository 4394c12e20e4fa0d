package ci.assay.worker.container;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.RunSupervisor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose first process is the supervisor of a run: when the supervisor ends, the engine
 * ends the container. The supervisor ends when its standard input is closed, also because the
 * worker was killed. Started by one thread; may be closed by any thread.
 */
final class Container implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Container.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final int MAX_ERROR_BYTES = 1 << 16;

  /** Runs the engine's program with its standard error in the file $1. */
  private static final String SCRIPT = "exec 2>\"$1\"; shift; exec \"$@\"";

  private final ContainerHost host;
  private final GuardProcess guard;
  private final String name;
  private final Path errorFile;
  private final RunSupervisor supervisor;
  private boolean isClosed;
  private volatile boolean isClean;

  private Container(
      ContainerHost host,
      GuardProcess guard,
      String name,
      Path errorFile,
      RunSupervisor supervisor) {
    this.host = host;
    this.guard = guard;
    this.name = name;
    this.errorFile = errorFile;
    this.supervisor = supervisor;
  }

  /**
   * Starts a container and waits until a command can run in it.
   *
   * @param folder for the worker's files about it; not visible to runs
   * @throws IOException when it does not start
   */
  static Container start(
      ContainerHost host, GuardProcess guard, Started wanted, Path folder, Executor readers)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path errorFile = folder.resolve(wanted.name() + ".said");
    List<String> launcher =
        new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", errorFile.toString()));
    launcher.addAll(host.engine().starting());
    launcher.addAll(wanted.arguments());
    RunSupervisor supervisor = RunSupervisor.launch(launcher, SupervisorFiles.perl());
    guard.add(supervisor.pid(), wanted.run());
    Container container = new Container(host, guard, wanted.name(), errorFile, supervisor);
    boolean isUp = false;
    try {
      supervisor.awaitReady(readers, START_LIMIT);
      isUp = true;
      return container;
    } catch (IOException e) {
      throw container.startFailure(e);
    } finally {
      if (!isUp) {
        container.close();
      }
    }
  }

  /**
   * What to start.
   *
   * @param name the name of the container
   * @param run the id of its run
   * @param arguments the arguments for the engine's program
   */
  record Started(String name, String run, List<String> arguments) {}

  private IOException startFailure(IOException e) throws IOException {
    EngineAnswer answer = new EngineAnswer(1, "", errors());
    host.requireEngine(answer);
    host.doubt();
    String why = answer.errors().isBlank() ? String.valueOf(e.getMessage()) : answer.problem();
    return new IOException("the container of the run does not start: " + why, e);
  }

  private String errors() {
    try {
      byte[] all = Files.exists(errorFile) ? Files.readAllBytes(errorFile) : new byte[0];
      return new String(all, 0, Math.min(all.length, MAX_ERROR_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      log.debug("{} cannot be read: {}", errorFile, e.toString());
      return "";
    }
  }

  RunSupervisor supervisor() {
    return supervisor;
  }

  /** States that no process of the run is left, so the container ends without being removed. */
  void clean() {
    isClean = true;
  }

  /** Why the container ended before its run. A run cannot end it, so the cause is the engine. */
  IOException ended() throws InterruptedException {
    host.doubt();
    try {
      var unused = host.ready();
    } catch (IOException away) {
      return away;
    }
    EngineAnswer answer = new EngineAnswer(1, "", errors());
    return new IOException(
        "the container of the run ended before the run did"
            + (answer.errors().isBlank() ? "" : ": " + answer.problem()));
  }

  /**
   * Explains why a command did not start in a container.
   *
   * @throws InvalidInputException when no command can run in its image
   */
  static IOException explainStart(IOException e, Image image) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("cannot start /bin/sh");
    if (at >= 0) {
      throw new InvalidInputException(
          "no command runs in a container of image %s: %s; take an image that has a shell, for this machine's kind of processor"
              .formatted(image.name(), message.substring(at)));
    }
    return e;
  }

  /** Ends the container and waits for that, at most half a minute. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    supervisor.close();
    if (!isClean || supervisor.wasForced()) {
      host.remove(List.of("rm", "--force", "--volumes"), name);
    }
    guard.remove(supervisor.pid());
    try {
      Files.deleteIfExists(errorFile);
    } catch (IOException e) {
      log.debug("{} stays until the next start: {}", errorFile, e.toString());
    }
  }
}
