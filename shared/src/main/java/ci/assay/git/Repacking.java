package ci.assay.git;

import ci.assay.common.FailureText;
import ci.assay.thread.Threads;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repacks a mirror in the background while others read and fetch, because each fetch adds a pack.
 * Objects that are reachable from a ref are kept, others for two weeks. Old packs are deleted an
 * hour after a repack, when nothing reads them any more. The repack ends before the mirror is
 * closed, because it writes to the mirror's folder.
 */
final class Repacking implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Repacking.class);

  /** Lets JGit check between two objects whether the repack is cancelled. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

  private final FileRepository mirror;
  private @Nullable Thread thread;
  private volatile boolean isClosed;

  Repacking(FileRepository mirror) {
    this.mirror = mirror;
  }

  /** Starts a repack unless one is in progress; does not wait for its end. */
  synchronized void start() {
    if (isClosed || (thread != null && thread.isAlive())) {
      return;
    }
    thread = Threads.daemon("repack-" + mirror.getDirectory().getName(), this::repack);
    thread.start();
  }

  /** Cancels a repack and waits until it has ended. */
  @Override
  public void close() {
    Thread last;
    synchronized (this) {
      isClosed = true;
      last = thread;
    }
    try {
      if (last != null) {
        last.join(ENDS_WITHIN.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void repack() {
    GC collector = new GC(mirror);
    collector.setAuto(true);
    collector.setProgressMonitor(new WhileOpen());
    try {
      var unused = collector.gc(); // done when it returns
    } catch (IOException | ParseException | GitAPIException | RuntimeException e) {
      if (!isClosed) {
        log.warn("mirror {} was not repacked: {}", mirror.getDirectory(), FailureText.of(e));
      }
    }
  }

  private final class WhileOpen extends EmptyProgressMonitor {
    @Override
    public boolean isCancelled() {
      return isClosed;
    }
  }
}
