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
 * Puts the packs of a mirror together while others read and fetch: each fetch makes one. What a ref
 * leads to is kept and, for two weeks, everything else; packs that were put together are deleted an
 * hour later, when nobody reads them any more. It writes into the mirror's folder, so it ends
 * before the mirror counts as closed.
 */
final class Repacking implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Repacking.class);

  /** It looks between two objects whether it is to end. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

  private final FileRepository mirror;
  private @Nullable Thread thread;
  private volatile boolean isClosed;

  Repacking(FileRepository mirror) {
    this.mirror = mirror;
  }

  /** Begins, unless it is at it, and does not wait for the end. */
  synchronized void start() {
    if (isClosed || (thread != null && thread.isAlive())) {
      return;
    }
    thread = Threads.daemon("repack-" + mirror.getDirectory().getName(), this::repack);
    thread.start();
  }

  /** Ends it, and waits for that. */
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
