package ci.assay.observer.poll;

import ci.assay.common.CrashPoint;
import ci.assay.model.CommitId;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.QueueTimes;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores commits as PENDING, unless they have a job already, and hands them on. For use by one
 * thread at a time.
 */
final class PendingCommits {

  private static final Logger log = LoggerFactory.getLogger(PendingCommits.class);

  /** How many commits share one flush to disk. */
  private static final int BATCH = 500;

  private final WatchedRepository watched;
  private final Cursor cursor;
  private final QueueTimes times;
  private final Consumer<List<PlannedCommit>> stored;

  /**
   * @param stored is given each batch after it is on the disk
   */
  PendingCommits(
      WatchedRepository watched, Cursor cursor, Clock clock, Consumer<List<PlannedCommit>> stored) {
    this.watched = watched;
    this.cursor = cursor;
    this.times = new QueueTimes(clock);
    this.stored = stored;
  }

  /** Lists commits, oldest first. */
  @FunctionalInterface
  interface Walk {
    List<RevCommit> commits() throws IOException;
  }

  /**
   * Where commits were seen.
   *
   * @param reason one of the constants of {@link PlannedCommit}
   * @param isTrusted whether runs of this ref may write the kept home
   */
  record Source(String ref, String reason, boolean isTrusted) {}

  /**
   * Adds the commits of a walk. If it fails, because the history cannot be read, only the tip is
   * added, or nothing if the ref is a tag: other refs must not wait for it.
   */
  void addWalked(Source source, ObjectId tip, Walk walk) {
    List<? extends ObjectId> commits;
    try {
      commits = walk.commits();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      boolean isCommit = !source.ref().startsWith(Constants.R_TAGS);
      log.warn(
          "{}: the history of {} cannot be read, {}: {}",
          watched.name(),
          source.ref(),
          isCommit ? "only its tip gets a job" : "it gets no job",
          e.toString());
      commits = isCommit ? List.of(tip) : List.of();
    }
    add(source, commits);
  }

  /** Adds commits in the given order. */
  void add(Source source, List<? extends ObjectId> commits) {
    List<PlannedCommit> batch = new ArrayList<>();
    int count = 0;
    for (ObjectId commit : commits) {
      if (!cursor.hasJob(commit)) {
        batch.add(
            new PlannedCommit(
                new CommitId(commit.name()),
                source.ref(),
                source.reason(),
                times.next(),
                source.isTrusted()));
        count++;
      }
      if (batch.size() == BATCH) {
        store(batch);
        batch = new ArrayList<>();
      }
    }
    store(batch);
    if (count > 0) {
      String what = count == 1 ? "1 new commit" : count + " new commits";
      log.info("{}: {} on {}, queued", watched.name(), what, source.ref());
    }
  }

  private void store(List<PlannedCommit> batch) {
    if (!batch.isEmpty()) {
      cursor.plan(batch);
      CrashPoint.OBSERVER_PENDING_STORED.reached();
      stored.accept(batch);
    }
  }
}
