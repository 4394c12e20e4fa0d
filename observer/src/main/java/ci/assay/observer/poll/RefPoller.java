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
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
  private final Listener listener;

  /** What the repository itself said last; null while this look has not asked it. */
  private @Nullable Map<String, ObjectId> said;

  /** Whether each tip was seen to have a job, since the start. */
  private boolean isChecked;

  /** Tips that could not be fetched; each is tried once per start. */
  private final Set<ObjectId> broken = new HashSet<>();

  /** As it was when a ref had moved last; null where nobody knows. */
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
    this.times = new QueueTimes(clock);
    this.listener = listener;
  }

  /** Is told what a look found, by the thread that looked. */
  public interface Listener {

    /** These commits are new, and stored as such. */
    void planned(List<PlannedCommit> commits);

    /** The refs pointed there; said at the end of each look, whatever came of the rest. */
    default void observed(Map<String, ObjectId> refs) {}
  }

  void poll() throws GitException {
    said = null;
    try {
      look();
    } finally {
      if (said != null) {
        listener.observed(said);
      }
    }
  }

  private void look() throws GitException {
    Map<String, ObjectId> before = cursor.seen();
    Map<String, ObjectId> now = fetchedRefs(before);
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

  /** Not to know it costs no commit its job: its run is not trusted then. */
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

  /** Trusted refs first: what they share with others is seen on them. */
  private List<Map.Entry<String, ObjectId>> inOrder(Map<String, ObjectId> refs) {
    return refs.entrySet().stream()
        .sorted(Comparator.comparing(ref -> !watched.trusts(ref.getKey(), defaultBranch)))
        .toList();
  }

  /** The refs as they are now, with all that the moved ones lead to in the mirror. */
  private Map<String, ObjectId> fetchedRefs(Map<String, ObjectId> before) throws GitException {
    try {
      return fetchMoved(before, false);
    } catch (GitException e) {
      if (e.kind() != GitException.Kind.COMMIT_GONE) {
        throw e;
      }
      log.debug("{}: a ref moved again while it was fetched: {}", watched.name(), e.getMessage());
      return fetchMoved(before, true);
    }
  }

  /**
   * @param again whether what is gone now is not so because its ref moved
   */
  private Map<String, ObjectId> fetchMoved(Map<String, ObjectId> before, boolean again)
      throws GitException {
    Map<String, ObjectId> now = new TreeMap<>(mirror.remoteRefs(watched.refs()));
    said = Map.copyOf(now);
    Set<ObjectId> moved = new LinkedHashSet<>(now.values());
    moved.removeAll(new HashSet<>(before.values()));
    if (!now.equals(before)) {
      Set<ObjectId> absent = new LinkedHashSet<>(now.values());
      absent.removeAll(moved);
      absent.removeIf(mirror::has);
      moved.addAll(absent);
      fetch(now, before, moved, again);
    }
    return now;
  }

  /** Takes refs that lead to what cannot be fetched out of {@code now}: they are as before. */
  private void fetch(
      Map<String, ObjectId> now, Map<String, ObjectId> before, Set<ObjectId> wanted, boolean again)
      throws GitException {
    Set<ObjectId> failed = new HashSet<>(wanted);
    failed.retainAll(broken);
    wanted.removeAll(failed);
    try {
      if (!wanted.isEmpty()) {
        mirror.fetch(wanted);
      }
    } catch (GitException e) {
      if (!isOfWhatWasFetched(e, again)) {
        throw e;
      }
      for (ObjectId each : wanted) {
        fetchAlone(each, failed, again);
      }
    }
    for (Map.Entry<String, ObjectId> ref : Map.copyOf(now).entrySet()) {
      if (failed.contains(ref.getValue())) {
        setAside(ref.getKey(), ref.getValue(), now, before);
      }
    }
    broken.retainAll(failed);
  }

  private void fetchAlone(ObjectId tip, Set<ObjectId> failed, boolean again) throws GitException {
    try {
      mirror.fetch(Set.of(tip));
    } catch (GitException e) {
      if (!isOfWhatWasFetched(e, again)) {
        throw e;
      }
      failed.add(tip);
      log.warn("{}: {} is skipped: {}", watched.name(), tip.name(), e.getMessage());
    }
  }

  /**
   * The other refs go on without it. What a branch points at is a commit, so it gets its job, whose
   * worker says what is wrong with it.
   */
  private void setAside(
      String ref, ObjectId tip, Map<String, ObjectId> now, Map<String, ObjectId> before) {
    if (broken.add(tip) && !ref.startsWith(Constants.R_TAGS)) {
      planIds(ref, PlannedCommit.PUSH, List.of(tip));
    }
    ObjectId old = before.get(ref);
    if (old == null) {
      now.remove(ref);
    } else {
      now.put(ref, old);
    }
  }

  /** The repository has just told its refs, so it is there. */
  private static boolean isOfWhatWasFetched(GitException e, boolean again) {
    return (again && e.kind() == GitException.Kind.COMMIT_GONE)
        || e.kind() == GitException.Kind.REPOSITORY_GONE
        || e.kind() == GitException.Kind.DAMAGED
        || e.kind() == GitException.Kind.UNSUPPORTED;
  }

  private void planFirstSight(Map<String, ObjectId> now) {
    int count = Math.max(1, watched.backlog());
    for (Map.Entry<String, ObjectId> ref : inOrder(now)) {
      ObjectId tip = ref.getValue();
      planWalked(ref.getKey(), PlannedCommit.BACKLOG, tip, () -> walk.newest(tip, count));
    }
    cursor.moved(clock.instant(), now, Set.of(), Set.of());
  }

  /** A branch is judged by its tip, so that one is tested, whenever its history was. */
  private void planTips(Map<String, ObjectId> now) {
    for (Map.Entry<String, ObjectId> ref : inOrder(now)) {
      ObjectId tip = ref.getValue(); // which may be a tag: its commit is asked for when planned
      if (!cursor.hasJob(tip)) {
        planWalked(ref.getKey(), PlannedCommit.PUSH, tip, () -> walk.newest(tip, 1));
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
        planWalked(
            ref.getKey(),
            PlannedCommit.PUSH,
            tip,
            () -> commitsOf(tip, known, before.get(ref.getKey()), isLost));
        known.add(tip);
      }
    }
    Set<String> gone = new HashSet<>(before.keySet());
    gone.removeAll(now.keySet());
    cursor.moved(clock.instant(), moved, gone, former(before, now));
  }

  /** What one of the others leads to may not be readable: then only where the ref was counts. */
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

  /** Tips that refs had before and that none leads to now. */
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

  /** What cannot be told is kept. */
  private boolean isCovered(ObjectId tip, Set<ObjectId> tips) {
    try {
      return walk.isCovered(tip, tips);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.debug("{}: whether {} is led to: {}", watched.name(), tip.name(), e.toString());
      return false;
    }
  }

  @FunctionalInterface
  private interface Walk {
    List<RevCommit> commits() throws IOException;
  }

  /** A history that cannot be read to its end keeps no other ref waiting: its tip gets a job. */
  private void planWalked(String ref, String reason, ObjectId tip, Walk walk) {
    List<? extends ObjectId> commits;
    try {
      commits = walk.commits();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      boolean isCommit = !ref.startsWith(Constants.R_TAGS);
      log.warn(
          "{}: the history of {} cannot be read, {}: {}",
          watched.name(),
          ref,
          isCommit ? "only its tip gets a job" : "it gets no job",
          e.toString());
      commits = isCommit ? List.of(tip) : List.of();
    }
    planIds(ref, reason, commits);
  }

  private void planIds(String ref, String reason, List<? extends ObjectId> commits) {
    List<PlannedCommit> batch = new ArrayList<>();
    int count = 0;
    for (ObjectId commit : commits) {
      if (!cursor.hasJob(commit)) {
        CommitId id = new CommitId(commit.name());
        boolean isTrusted = watched.trusts(ref, defaultBranch);
        batch.add(new PlannedCommit(id, ref, reason, times.next(), isTrusted));
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
      listener.planned(batch);
    }
  }
}
