package ci.assay.index;

import ci.assay.common.AssayException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.thread.Threads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index up to date with the result files, on a thread of its own, so that storing is
 * never delayed. Everything about a changed commit is read again, so it does not matter how often
 * or in which order changes are announced. Files that were stored while this was not running are
 * found at the start by the time stamps of their folders.
 */
public final class Indexer implements VerdictListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Indexer.class);

  private static final int BATCH = 500;

  /** Changes beyond this number are dropped, and found again in the files. */
  private static final int MOST_WAITING = 100_000;

  /** How far back to look in addition, because clocks of file servers differ from ours. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final ResultReader files;
  private final IndexWriter writer;
  private final BooleanSupplier receivesAll;
  private final Clock clock;
  private final Thread thread;
  private final List<Consumer<List<Changed>>> listeners = new CopyOnWriteArrayList<>();
  private final Set<Changed> waiting = new LinkedHashSet<>();
  private boolean isToCatchUp = true;

  /**
   * A commit of which something was stored, or a repository whose refs have changed.
   *
   * @param commit null for a change of refs
   */
  public record Changed(String repository, @Nullable CommitId commit) {
    @Override
    public String toString() {
      return commit == null ? repository : repository + "/" + commit;
    }
  }

  /**
   * @param index not closed by this object
   * @param receivesAll whether this object is told everything that is stored now; otherwise the
   *     files are searched for changes every minute
   */
  public Indexer(Index index, ResultReader files, BooleanSupplier receivesAll, Clock clock) {
    this.files = files;
    this.writer = index.writer();
    this.receivesAll = receivesAll;
    this.clock = clock;
    this.thread = Threads.daemon("indexer", this::runUntilInterrupted);
  }

  /** Begins to catch up, and to index changes, in the background. */
  public void start() {
    thread.start();
  }

  /** Adds a listener, which is called on the indexer's thread with what has just been indexed. */
  public void whenChanged(Consumer<List<Changed>> listener) {
    listeners.add(listener);
  }

  @Override
  public void jobStored(Job job) {
    changed(new Changed(job.repository().name(), job.commit()));
  }

  @Override
  public void resultStored(Result result) {
    changed(new Changed(result.id().repository(), result.id().commit()));
  }

  @Override
  public void verdictStored(Verdict verdict) {
    changed(new Changed(verdict.repository(), verdict.commit()));
  }

  @Override
  public void tipsStored(RefTips tips) {
    changed(new Changed(tips.repository(), null));
  }

  /** Stops. Changes that are not indexed yet are found at the next start. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void changed(Changed commit) {
    if (waiting.size() < MOST_WAITING) {
      waiting.add(commit);
    } else {
      isToCatchUp = true;
    }
    notifyAll();
  }

  private void runUntilInterrupted() {
    try {
      while (!Thread.interrupted()) {
        step();
      }
    } catch (InterruptedException e) {
      log.debug("indexing ends");
    }
  }

  private void step() throws InterruptedException {
    try {
      if (takeCatchUp()) {
        catchUp();
      }
      List<Changed> batch = takeBatch();
      if (!batch.isEmpty()) {
        index(batch);
      }
    } catch (RuntimeException
        | Error e) { // the files stay, so indexing can catch up after any error
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (e instanceof JdbiException || e instanceof AssayException) {
        log.warn("the index is behind; trying again: {}", e.getMessage());
      } else {
        log.error("the index is behind, which is a defect; trying again", e);
      }
      synchronized (this) {
        isToCatchUp = true;
      }
      Thread.sleep(LOOK_AGAIN.toMillis());
    }
  }

  private synchronized boolean takeCatchUp() {
    boolean was = isToCatchUp;
    isToCatchUp = false;
    return was;
  }

  /** Waits for changes; empty when it is time to search the files. */
  private synchronized List<Changed> takeBatch() throws InterruptedException {
    long end = System.nanoTime() + LOOK_AGAIN.toNanos();
    while (waiting.isEmpty() && !isToCatchUp) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        isToCatchUp = !receivesAll.getAsBoolean();
        return List.of();
      }
      wait(left);
    }
    List<Changed> batch = new ArrayList<>();
    Iterator<Changed> each = waiting.iterator();
    while (each.hasNext() && batch.size() < BATCH) {
      batch.add(each.next());
      each.remove();
    }
    return batch;
  }

  private void catchUp() {
    Instant began = clock.instant();
    List<Changed> batch = new ArrayList<>();
    files.changedSince(
        writer.completeUntil().minus(MARGIN),
        (repository, commit) -> {
          batch.add(new Changed(repository, commit));
          if (batch.size() == BATCH) {
            index(batch);
            batch.clear();
          }
        });
    batch.addAll(otherTips());
    if (!batch.isEmpty()) {
      index(batch);
    }
    writer.inTransaction(notes -> notes.completeUntil(began));
  }

  /** The repositories whose refs have changed since they were indexed. */
  private List<Changed> otherTips() {
    Map<String, Long> noted = writer.tipsSequences();
    List<Changed> others = new ArrayList<>();
    for (String repository : files.repositories()) {
      if (!isListed(repository, noted.get(repository))) {
        others.add(new Changed(repository, null));
      }
    }
    return others;
  }

  private boolean isListed(String repository, @Nullable Long sequence) {
    try {
      return Objects.equals(sequence, files.tips(repository).map(RefTips::sequence).orElse(null));
    } catch (AssayException e) {
      return false; // indexing it will report the error
    }
  }

  private void write(List<Changed> batch) {
    List<StoredCommit> commits = new ArrayList<>();
    Map<String, Optional<RefTips>> tips = new LinkedHashMap<>();
    for (Changed each : batch) {
      CommitId commit = each.commit();
      if (commit == null) {
        tips.put(each.repository(), files.tips(each.repository()));
      } else {
        commits.add(files.stored(each.repository(), commit));
      }
    }
    writer.inTransaction(
        notes -> {
          commits.forEach(commit -> notes.commit(commit, files::cases));
          tips.forEach(notes::tips);
        });
  }

  /** Writes one change alone, so that one that cannot be indexed does not stop the others. */
  private void writeAlone(Changed changed) {
    try {
      write(List.of(changed));
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      writer.completeUntil();
      log.error("{} cannot be indexed and is missing on the pages; its files stay", changed, e);
    }
  }

  private void index(List<Changed> batch) {
    try {
      write(batch);
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      writer.completeUntil(); // throws when it is the index that fails, not a commit
      batch.forEach(this::writeAlone);
    }
    List<Changed> told = List.copyOf(batch);
    listeners.forEach(listener -> listener.accept(told));
  }
}
