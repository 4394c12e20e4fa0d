package ci.assay.worker.sandbox;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.RunSupervisor;
import ci.assay.worker.command.SupervisedRun;
import ci.assay.worker.limit.ControlGroup;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of one run, with a supervisor in them that starts its command. They can be made
 * before the run begins. Started and used by one thread, which must live longer than the sandbox:
 * bubblewrap ends with the thread that started it. May be closed by any thread.
 */
final class Sandbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sandbox.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);

  /** Runs bubblewrap with its status written to the file $1. */
  private static final String SCRIPT = "exec 3>\"$1\"; shift; exec bwrap --json-status-fd 3 \"$@\"";

  private static final List<String> NAMESPACES =
      List.of(
          "--unshare-pid",
          "--unshare-ipc",
          "--unshare-uts",
          "--unshare-cgroup-try",
          "--hostname",
          "assay",
          "--die-with-parent",
          "--cap-drop",
          "ALL",
          "--clearenv");

  /**
   * What a run sees in a sandbox. A prepared sandbox fits a run with an equal view.
   *
   * @param places the folders of the run
   * @param files identities of these folders, which differ if a folder is replaced by another one
   * @param arguments the arguments for bubblewrap
   * @param entering the command prefix that enters the control groups
   */
  record View(RunPlaces places, List<Object> files, List<String> arguments, List<String> entering) {

    static View of(
        RunPlaces places, Mounts mounts, @Nullable Path resolver, @Nullable ControlGroup group)
        throws IOException {
      List<Object> files = new ArrayList<>();
      for (Path each : folders(places)) {
        Object key = Files.readAttributes(each, BasicFileAttributes.class).fileKey();
        files.add(key == null ? each : key);
      }
      List<String> entering = group == null ? List.of() : group.entering();
      return new View(places, files, mounts.arguments(places, resolver), entering);
    }

    private static List<Path> folders(RunPlaces places) {
      List<Path> all = new ArrayList<>(places.readable());
      all.add(places.tree());
      if (places.home() != null) {
        all.add(places.home());
      }
      if (places.temporary() != null) {
        all.add(places.temporary());
      }
      return all;
    }
  }

  private final GuardProcess guard;
  private final View view;
  private final RunSupervisor supervisor;
  private final Path status;
  private final Path ready;
  private final FutureTask<@Nullable UserNetwork> starting;
  private boolean isClosed;

  private Sandbox(
      GuardProcess guard,
      View view,
      RunSupervisor supervisor,
      Path folder,
      String id,
      FutureTask<@Nullable UserNetwork> starting) {
    this.guard = guard;
    this.view = view;
    this.supervisor = supervisor;
    this.status = folder.resolve(id + ".status");
    this.ready = folder.resolve(id + ".ready");
    this.starting = starting;
  }

  /**
   * Begins to start a sandbox.
   *
   * @param folder for the worker's files about it; not visible to runs
   * @param readers runs the task that completes the start
   */
  static Sandbox start(
      GuardProcess guard, View view, Network network, Path folder, Executor readers)
      throws IOException {
    String id = UUID.randomUUID().toString();
    Path status = folder.resolve(id + ".status");
    List<String> around = new ArrayList<>(view.entering());
    around.addAll(List.of("sh", "-c", SCRIPT, "sh", status.toString()));
    around.addAll(NAMESPACES);
    if (network != Network.HOST) {
      around.add("--unshare-net");
    }
    around.addAll(view.arguments());
    around.addAll(List.of("--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--"));
    RunSupervisor supervisor = RunSupervisor.launch(around);
    guard.add(supervisor.pid(), id);
    FutureTask<@Nullable UserNetwork> starting =
        new FutureTask<>(
            () -> {
              supervisor.awaitReady(readers);
              if (network != Network.OWN) {
                return null;
              }
              long child = SandboxStatus.read(status).child().orElseThrow();
              UserNetwork userNetwork = UserNetwork.connect(child, folder.resolve(id + ".ready"));
              guard.add(userNetwork.pid(), id);
              return userNetwork;
            });
    readers.execute(starting);
    return new Sandbox(guard, view, supervisor, folder, id, starting);
  }

  /** The view of the sandbox. */
  View view() {
    return view;
  }

  /** Whether it can be used for a run with that view, and none of its processes has ended. */
  boolean fits(View wanted) {
    return view.equals(wanted) && supervisor.isUsable() && isWell();
  }

  /** Also true while it starts: {@link #ready} reports a failure of that. */
  private boolean isWell() {
    if (!starting.isDone()) {
      return true;
    }
    try {
      UserNetwork userNetwork = starting.get();
      return userNetwork == null || userNetwork.isAlive();
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until a command can run.
   *
   * @throws IOException when the sandbox does not start
   */
  RunSupervisor ready() throws IOException, InterruptedException {
    try {
      var unused = starting.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return supervisor;
    } catch (TimeoutException e) {
      throw new IOException("the run could not begin: its sandbox does not start", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String why = cause instanceof IOException trouble ? trouble.getMessage() : e.getMessage();
      throw new IOException("the run could not begin: its sandbox does not start: " + why, e);
    }
  }

  /**
   * How the run ended, if it killed its own supervisor.
   *
   * @throws IOException when the sandbox ended for another reason
   */
  Exited exit() throws IOException, InterruptedException {
    int program = supervisor.exitCode();
    OptionalInt code = SandboxStatus.read(status).exitCode();
    if (code.isEmpty()) {
      throw new IOException(
          "the sandbox of the run ended before the run did: exit code " + program);
    }
    return SupervisedRun.killedWithSupervisor(code.getAsInt());
  }

  /** Ends the sandbox; when bubblewrap ends, the kernel kills all processes in it. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    supervisor.close();
    closeNetwork();
    guard.remove(supervisor.pid());
    for (Path each : List.of(status, ready)) {
      try {
        Files.deleteIfExists(each);
      } catch (IOException e) {
        log.debug("{} stays until the next start: {}", each, e.toString());
      }
    }
  }

  private void closeNetwork() {
    boolean wasInterrupted = Thread.interrupted();
    try {
      UserNetwork userNetwork = starting.get(STATUS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (userNetwork != null) {
        userNetwork.close();
        guard.remove(userNetwork.pid());
      }
    } catch (ExecutionException | TimeoutException e) {
      log.debug("a sandbox had no network", e);
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
