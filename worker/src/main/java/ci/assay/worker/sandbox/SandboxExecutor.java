package ci.assay.worker.sandbox;

import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.CurrentRun;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.LimitWatch;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.SupervisedRun;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.limit.ControlGroup;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each command in namespaces of its own, made by bubblewrap. The command sees its work tree,
 * its home and the system, but no other processes, and has its own loopback interface. When the
 * first process of the namespaces ends, the kernel kills the others. While a command runs in the
 * same places as the one before it, the next sandbox is started ahead, and used if the next command
 * has these places, too. Used by one thread; may be closed by any thread.
 */
public final class SandboxExecutor implements CommandExecutor {

  static final String NAME = "sandbox";

  private static final Logger logger = LoggerFactory.getLogger(SandboxExecutor.class);

  private final GuardProcess guard;
  private final Path folder;
  private final Executor readers;
  private final Mounts mounts;
  private final Network network;
  private final @Nullable ControlGroup group;
  private final Set<Sandbox> closing = ConcurrentHashMap.newKeySet();
  private final CurrentRun current = new CurrentRun();
  private Sandbox.@Nullable View before;
  private volatile @Nullable Sandbox next;

  /**
   * @param guard not closed by this object
   * @param folder for the files of this executor alone; not visible to runs
   * @param readers runs the tasks that read output, one per run, and that start and end sandboxes
   * @param hidden folders that no run may see
   * @param group the control group of the runs, for limits; closed with this object
   */
  public SandboxExecutor(
      GuardProcess guard,
      Path folder,
      Executor readers,
      Isolation isolation,
      List<Path> hidden,
      @Nullable ControlGroup group) {
    this.group = group;
    this.guard = guard;
    this.folder = folder;
    this.readers = readers;
    this.mounts = new Mounts(hidden, isolation.readable());
    this.network = isolation.network();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void prepare(RunPlaces places) throws IOException {
    Sandbox.View view = view(places);
    Sandbox last = next;
    if (last == null || !last.fits(view)) {
      next = null;
      closeLater(last);
      next = Sandbox.start(guard, view, network, folder, readers);
    }
  }

  @Override
  public CommandExit run(Command command, RunLog log) throws IOException, InterruptedException {
    Command inside = command.inside();
    prepare(command.places());
    Sandbox used = next;
    next = null;
    if (used == null) {
      throw new IOException("the run could not begin: this worker stops");
    }
    boolean isClean = false;
    try {
      LimitWatch limits = LimitWatch.begin(group);
      SupervisedRun run = SupervisedRun.begin(used.ready(), inside, log, readers);
      prepareNext(command.places(), used.view());
      CommandExit exit = current.finish(command.run(), run, command.timeout());
      isClean = run.isClean();
      return limits.explain(exit == null ? used.exit() : exit);
    } finally {
      if (isClean) {
        closeLater(used);
      } else {
        used.close();
      }
    }
  }

  @Override
  public void kill(String run) {
    current.kill(run);
  }

  /**
   * Starts the next sandbox ahead. An error does not affect the current run, and is reported when
   * the next run needs a sandbox. Nothing is started if the view changes from run to run, as it
   * does for runs that are not trusted with their copies of a home: it would not fit.
   */
  private void prepareNext(RunPlaces places, Sandbox.View now) {
    boolean isAsBefore = now.equals(before);
    before = now;
    if (!isAsBefore || group != null) { // both sandboxes would count against this run's limits
      return;
    }
    try {
      prepare(places);
    } catch (IOException | RuntimeException e) {
      logger.debug("no sandbox is put up ahead: {}", e.toString());
    }
  }

  /**
   * Closes a sandbox in the background; no process is left in it that could disturb the next run.
   */
  private void closeLater(@Nullable Sandbox sandbox) {
    if (sandbox == null) {
      return;
    }
    try {
      closing.add(sandbox);
      readers.execute(() -> close(sandbox));
    } catch (RejectedExecutionException e) {
      close(sandbox);
    }
  }

  private void close(Sandbox sandbox) {
    sandbox.close();
    closing.remove(sandbox);
  }

  private Sandbox.View view(RunPlaces places) throws IOException {
    Files.createDirectories(folder);
    return Sandbox.View.of(places, mounts, network == Network.OWN ? resolver() : null, group);
  }

  private Path resolver() throws IOException {
    Path file = folder.resolve("resolv.conf");
    if (!Files.exists(file)) {
      Files.writeString(file, UserNetwork.RESOLVER);
    }
    return file;
  }

  @Override
  public void close() {
    Sandbox last = next;
    next = null;
    if (last != null) {
      last.close();
    }
    closing.forEach(Sandbox::close);
    if (group != null) {
      group.close();
    }
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      logger.debug("{} stays until the next start: {}", folder, e.toString());
    }
  }
}
