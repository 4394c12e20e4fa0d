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
 * One container, with a supervisor as its first process: when that ends, all of it is gone. The
 * supervisor ends when nobody holds its input any more, as when the worker was killed. Started by
 * one thread, closed by any.
 */
final class Container implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Container.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final int LONGEST = 1 << 16;

  /** $1 takes what the engine's program complains about. */
  private static final String SCRIPT = "exec 2>\"$1\"; shift; exec \"$@\"";

  private final ContainerHost host;
  private final GuardProcess guard;
  private final String name;
  private final Path complaints;
  private final RunSupervisor supervisor;
  private boolean isClosed;
  private volatile boolean isClean;

  private Container(
      ContainerHost host,
      GuardProcess guard,
      String name,
      Path complaints,
      RunSupervisor supervisor) {
    this.host = host;
    this.guard = guard;
    this.name = name;
    this.complaints = complaints;
    this.supervisor = supervisor;
  }

  /**
   * Starts one, and waits until a command can run in it.
   *
   * @param folder for its files, where no run sees them
   * @throws IOException when it does not come up
   */
  static Container start(
      ContainerHost host, GuardProcess guard, Started wanted, Path folder, Executor readers)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path complaints = folder.resolve(wanted.name() + ".said");
    List<String> around = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", complaints.toString()));
    around.addAll(host.engine().starting());
    around.addAll(wanted.arguments());
    RunSupervisor supervisor = RunSupervisor.launch(around, SupervisorFiles.perl());
    guard.add(supervisor.pid(), wanted.run());
    Container container = new Container(host, guard, wanted.name(), complaints, supervisor);
    boolean isUp = false;
    try {
      supervisor.awaitReady(readers, START_LIMIT);
      isUp = true;
      return container;
    } catch (IOException e) {
      throw container.whyNot(e);
    } finally {
      if (!isUp) {
        container.close();
      }
    }
  }

  /**
   * What is started.
   *
   * @param name of the container
   * @param run which it is for
   * @param arguments for the engine
   */
  record Started(String name, String run, List<String> arguments) {}

  private IOException whyNot(IOException e) throws IOException {
    EngineAnswer answer = new EngineAnswer(1, "", complaints());
    host.requireThere(answer);
    host.doubt();
    String why = answer.errors().isBlank() ? String.valueOf(e.getMessage()) : answer.problem();
    return new IOException("the container of the run does not start: " + why, e);
  }

  private String complaints() {
    try {
      byte[] all = Files.exists(complaints) ? Files.readAllBytes(complaints) : new byte[0];
      return new String(all, 0, Math.min(all.length, LONGEST), StandardCharsets.UTF_8);
    } catch (IOException e) {
      log.debug("{} cannot be read: {}", complaints, e.toString());
      return "";
    }
  }

  RunSupervisor supervisor() {
    return supervisor;
  }

  /** Nothing of its run is left in it: it ends by itself. */
  void clean() {
    isClean = true;
  }

  /** Why it ended before its run did: the engine's trouble, as a run cannot end it. */
  IOException ended() throws InterruptedException {
    host.doubt();
    try {
      var unused = host.ready();
    } catch (IOException away) {
      return away;
    }
    EngineAnswer answer = new EngineAnswer(1, "", complaints());
    return new IOException(
        "the container of the run ended before the run did"
            + (answer.errors().isBlank() ? "" : ": " + answer.problem()));
  }

  /**
   * Translates what the supervisor says.
   *
   * @throws InvalidInputException when no command can run in its image
   */
  static IOException begun(IOException e, Image image) {
    String said = String.valueOf(e.getMessage());
    int at = said.indexOf("cannot start /bin/sh");
    if (at >= 0) {
      throw new InvalidInputException(
          "no command runs in a container of image %s: %s; take an image that has a shell, for this machine's kind of processor"
              .formatted(image.name(), said.substring(at)));
    }
    return e;
  }

  /** Ends it and waits for that, half a minute at most. */
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
      Files.deleteIfExists(complaints);
    } catch (IOException e) {
      log.debug("{} stays until the next start: {}", complaints, e.toString());
    }
  }
}
