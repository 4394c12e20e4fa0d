package ci.assay.observer.poll;

import ci.assay.common.CrashPoint;
import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.observer.history.CommitWalk;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a repository: finds the refs that moved and the commits that are new, stores each commit as
 * PENDING and hands it on, oldest first. A ref counts as seen only after all its new commits are
 * stored, so a crash at any point repeats work and loses none. For use by one thread at a time.
 */
public final class RefPoller {

  private static final Logger log = LoggerFactory.getLogger(RefPoller.class);

  private final WatchedRepository watched;
  private final Mirror mirror;
  private final Cursor cursor;
  private final CommitWalk walk;
  private final Clock clock;
  private final RefFetcher fetcher;
  private final PendingCommits pending;
  private final Listener listener;

  /** Whether every tip was checked to have a job since the start of the program. */
  private boolean isChecked;

  /** As of the last time that a ref had moved; null if it is not known. */
  private @Nullable String defaultBranch;

  /**
   * @param listener does not wait for the broker
   */
  public RefPoller(
      WatchedRepository watched, Mirror mirror, Cursor cursor, Clock clock, Listener listener) {
    this.watched = watched;
    this.mirror = mirror;
    this.cursor = cursor;
    this.walk = new CommitWalk(mirror.repository());
    this.clock = clock;
    this.fetcher = new RefFetcher(watched, mirror);
    this.pending = new PendingCommits(watched, cursor, clock, listener::planned);
    this.listener = listener;
  }

  /** Receives what a poll found, on the thread that polled. */
  public interface Listener {

    /** These commits are new, and stored as such. */
    void planned(List<PlannedCommit> commits);

    /** All refs and what they point at. Called at the end of each poll, even of one that failed. */
    default void observed(Map<String, ObjectId> refs) {}
  }

  void poll() throws GitException {
    Map<String, ObjectId> before = cursor.seen();
    try {
      look(before);
    } finally {
      Map<String, ObjectId> answered = fetcher.answered();
      if (answered != null) {
        listener.observed(answered);
      }
    }
  }

  private void look(Map<String, ObjectId> before) throws GitException {
    RefFetcher.Fetched fetched = fetcher.fetch(before);
    Map<String, ObjectId> now = fetched.refs();
    planBroken(fetched.newlyBroken());
    CrashPoint.OBSERVER_FETCHED.reached();
    boolean isMoved = !now.equals(before);
    if (!isMoved && isChecked && !cursor.isNew()) {
      return;
    }
    askForDefaultBranch();
    if (cursor.isNew()) {
      planFirstSight(now);
    } else {
      if (isMoved) {
        planMoved(before, now);
      }
      if (!isChecked) {
        planTips(now);
      }
    }
    isChecked = true;
    CrashPoint.OBSERVER_TIPS_STORED.reached();
  }

  /** If it cannot be found out, commits still get their jobs; their runs are not trusted then. */
  private void askForDefaultBranch() {
    if (watched.trusted().isEmpty()) {
      try {
        defaultBranch = mirror.defaultBranch().orElse(null);
      } catch (GitException e) {
        log.warn(
            "{}: cannot tell its default branch, {} is taken for it: {}",
            watched.name(),
            defaultBranch == null ? "none" : defaultBranch,
            e.getMessage());
      }
    }
  }

  /** Trusted refs first, so that a commit on several refs is assigned to a trusted one. */
  private List<Map.Entry<String, ObjectId>> inOrder(Map<String, ObjectId> refs) {
    return refs.entrySet().stream()
        .sorted(Comparator.comparing(ref -> !watched.trusts(ref.getKey(), defaultBranch)))
        .toList();
  }

  /**
   * A branch whose tip cannot be fetched points at a commit all the same. That commit gets a job,
   * and the worker that takes it finds out what is wrong with it.
   */
  private void planBroken(Map<String, ObjectId> refs) {
    refs.forEach(
        (ref, tip) -> {
          if (!ref.startsWith(Constants.R_TAGS)) {
            pending.add(source(ref, PlannedCommit.PUSH), List.of(tip));
          }
        });
  }

  private PendingCommits.Source source(String ref, String reason) {
    return new PendingCommits.Source(ref, reason, watched.trusts(ref, defaultBranch));
  }

  private void planFirstSight(Map<String, ObjectId> now) {
    int count = Math.max(1, watched.backlog());
    for (Map.Entry<String, ObjectId> ref : inOrder(now)) {
      ObjectId tip = ref.getValue();
      pending.addWalked(
          source(ref.getKey(), PlannedCommit.BACKLOG), tip, () -> walk.newest(tip, count));
    }
    cursor.moved(clock.instant(), now, Set.of(), Set.of());
  }

  /** A branch has the verdict of its tip, so each tip is tested, however old it is. */
  private void planTips(Map<String, ObjectId> now) {
    for (Map.Entry<String, ObjectId> ref : inOrder(now)) {
      ObjectId tip = ref.getValue(); // which may be a tag: its commit is asked for when planned
      if (!cursor.hasJob(tip)) {
        pending.addWalked(source(ref.getKey(), PlannedCommit.PUSH), tip, () -> walk.newest(tip, 1));
      }
    }
  }

  private void planMoved(Map<String, ObjectId> before, Map<String, ObjectId> now) {
    Set<ObjectId> known = new HashSet<>(before.values());
    boolean isLost = known.stream().anyMatch(tip -> !mirror.has(tip));
    known.addAll(cursor.kept());
    Map<String, ObjectId> moved = new TreeMap<>();
    for (Map.Entry<String, ObjectId> ref : inOrder(now)) {
      ObjectId tip = ref.getValue();
      if (!tip.equals(before.get(ref.getKey()))) {
        moved.put(ref.getKey(), tip);
        pending.addWalked(
            source(ref.getKey(), PlannedCommit.PUSH),
            tip,
            () -> commitsOf(tip, known, before.get(ref.getKey()), isLost));
        known.add(tip);
      }
    }
    Set<String> gone = new HashSet<>(before.keySet());
    gone.removeAll(now.keySet());
    cursor.moved(clock.instant(), moved, gone, former(before, now));
  }

  /**
   * The commits that a moved ref brought. If the history of another ref cannot be read, only the
   * former position of this ref is used to tell what is new.
   */
  private List<RevCommit> commitsOf(
      ObjectId tip, Set<ObjectId> known, @Nullable ObjectId old, boolean isLost)
      throws IOException {
    try {
      return commitsOf(tip, known, isLost);
    } catch (IOException | RuntimeException e) {
      if (old == null) {
        throw e;
      }
      return commitsOf(tip, Set.of(old), isLost);
    }
  }

  private List<RevCommit> commitsOf(ObjectId tip, Set<ObjectId> known, boolean isLost)
      throws IOException {
    if (isLost) {
      log.warn(
          "{}: mirror {} has lost the history seen before: of {} only the tip gets a job",
          watched.name(),
          mirror.folder(),
          tip.name());
    }
    boolean every = watched.commits() == CommitSelection.EVERY && !isLost;
    List<RevCommit> commits = every ? walk.between(known, tip) : List.of();
    return commits.isEmpty() ? walk.newest(tip, 1) : commits; // what is no commit brings none
  }

  /** Former tips that are not reachable from any ref now. */
  private Set<ObjectId> former(Map<String, ObjectId> before, Map<String, ObjectId> now) {
    Set<ObjectId> former = new HashSet<>();
    Set<ObjectId> tips = new HashSet<>(now.values());
    for (ObjectId tip : new HashSet<>(before.values())) {
      if (!tips.contains(tip) && !isCovered(tip, tips)) {
        former.add(tip);
      }
    }
    return former;
  }

  /** False if it cannot be found out: then the tip is kept. */
  private boolean isCovered(ObjectId tip, Set<ObjectId> tips) {
    try {
      return walk.isCovered(tip, tips);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.debug(
          "{}: cannot tell whether a ref points at {}: {}",
          watched.name(),
          tip.name(),
          e.toString());
      return false;
    }
  }
}
