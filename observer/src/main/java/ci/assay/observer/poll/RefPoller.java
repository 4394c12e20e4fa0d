package ci.assay.observer.poll;

import ci.assay.common.CrashPoint;
import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.model.CommitId;
import ci.assay.observer.history.CommitWalk;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.QueueTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at a repository: which refs moved, what they brought, and each new commit stored as
 * PENDING and handed on, oldest first. A ref counts as seen only after all its new commits are
 * stored, so that a crash at any point repeats work and loses none. For use by one thread at a
 * time.
 */
public final class RefPoller {

  private static final Logger log = LoggerFactory.getLogger(RefPoller.class);

  /** How many commits share one flush to disk. */
  private static final int BATCH = 500;

  private final WatchedRepository watched;
  private final Mirror mirror;
  private final Cursor cursor;
  private final CommitWalk walk;
  private final Clock clock;
  private final QueueTimes times;
  private final Consumer<List<PlannedCommit>> next;

  /**
   * @param next is given commits as soon as they are stored; it does not wait for the broker
   */
  public RefPoller(
      WatchedRepository watched,
      Mirror mirror,
      Cursor cursor,
      Clock clock,
      Consumer<List<PlannedCommit>> next) {
    this.watched = watched;
    this.mirror = mirror;
    this.cursor = cursor;
    this.walk = new CommitWalk(mirror.repository());
    this.clock = clock;
    this.times = new QueueTimes(clock);
    this.next = next;
  }

  void poll() throws GitException {
    Map<String, ObjectId> before = cursor.seen();
    Map<String, ObjectId> now = fetchedRefs(before);
    CrashPoint.OBSERVER_FETCHED.reached();
    if (now.equals(before) && !cursor.isNew()) {
      return;
    }
    try {
      if (cursor.isNew()) {
        planFirstSight(now);
      } else {
        planMoved(before, now);
      }
      CrashPoint.OBSERVER_TIPS_STORED.reached();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "repository '%s': mirror %s".formatted(watched.name(), mirror.folder()), e);
    }
  }

  /** The refs as they are now, with all that the moved ones lead to in the mirror. */
  private Map<String, ObjectId> fetchedRefs(Map<String, ObjectId> before) throws GitException {
    try {
      return fetchMoved(before);
    } catch (GitException e) {
      if (e.kind() != GitException.Kind.COMMIT_GONE) {
        throw e;
      }
      log.debug("{}: a ref moved again while it was fetched: {}", watched.name(), e.getMessage());
      return fetchMoved(before);
    }
  }

  private Map<String, ObjectId> fetchMoved(Map<String, ObjectId> before) throws GitException {
    Map<String, ObjectId> now = new TreeMap<>(mirror.remoteRefs(watched.refs()));
    Set<ObjectId> moved = new LinkedHashSet<>(now.values());
    moved.removeAll(new HashSet<>(before.values()));
    if (!now.equals(before)) {
      Set<ObjectId> absent = new LinkedHashSet<>(now.values());
      absent.removeAll(moved);
      absent.removeIf(mirror::has);
      moved.addAll(absent);
      mirror.fetch(moved);
    }
    return now;
  }

  private void planFirstSight(Map<String, ObjectId> now) throws IOException {
    int count = Math.max(1, watched.backlog());
    for (Map.Entry<String, ObjectId> ref : now.entrySet()) {
      plan(ref.getKey(), PlannedCommit.BACKLOG, walk.newest(ref.getValue(), count));
    }
    cursor.moved(clock.instant(), now, Set.of(), Set.of());
  }

  private void planMoved(Map<String, ObjectId> before, Map<String, ObjectId> now)
      throws IOException {
    Set<ObjectId> known = new HashSet<>(before.values());
    boolean isLost = known.stream().anyMatch(tip -> !mirror.has(tip));
    known.addAll(cursor.kept());
    Map<String, ObjectId> moved = new TreeMap<>();
    for (Map.Entry<String, ObjectId> ref : now.entrySet()) {
      ObjectId tip = ref.getValue();
      if (!tip.equals(before.get(ref.getKey()))) {
        moved.put(ref.getKey(), tip);
        plan(ref.getKey(), PlannedCommit.PUSH, commitsOf(tip, known, isLost));
        known.add(tip);
      }
    }
    Set<String> gone = new HashSet<>(before.keySet());
    gone.removeAll(now.keySet());
    cursor.moved(clock.instant(), moved, gone, former(before, now));
  }

  private List<RevCommit> commitsOf(ObjectId tip, Set<ObjectId> known, boolean isLost)
      throws IOException {
    if (isLost) {
      log.warn(
          "{}: mirror {} has lost what was seen before: of {} only the tip gets a job",
          watched.name(),
          mirror.folder(),
          tip.name());
    }
    boolean every = watched.commits() == CommitSelection.EVERY && !isLost;
    return every ? walk.between(known, tip) : walk.newest(tip, 1);
  }

  /** Tips that refs had before and that none leads to now. */
  private Set<ObjectId> former(Map<String, ObjectId> before, Map<String, ObjectId> now)
      throws IOException {
    Set<ObjectId> former = new HashSet<>();
    Set<ObjectId> tips = new HashSet<>(now.values());
    for (ObjectId tip : new HashSet<>(before.values())) {
      if (!tips.contains(tip) && !walk.isCovered(tip, tips)) {
        former.add(tip);
      }
    }
    return former;
  }

  private void plan(String ref, String reason, List<RevCommit> commits) {
    List<PlannedCommit> batch = new ArrayList<>();
    int count = 0;
    for (RevCommit commit : commits) {
      if (!cursor.hasJob(commit)) {
        batch.add(new PlannedCommit(new CommitId(commit.name()), ref, reason, times.next()));
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
      log.info("{}: {} on {}, queued", watched.name(), what, ref);
    }
  }

  private void store(List<PlannedCommit> batch) {
    if (!batch.isEmpty()) {
      cursor.plan(batch);
      CrashPoint.OBSERVER_PENDING_STORED.reached();
      next.accept(batch);
    }
  }
}
