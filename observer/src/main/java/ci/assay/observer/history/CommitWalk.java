package ci.assay.observer.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds commits in a mirror. A tip may be an annotated tag, which is followed to its commit, or an
 * object that is not a commit and has no history.
 *
 * <p>Like git, it uses commit dates to decide when to stop. In a history whose dates go backwards
 * over many commits it may take an old commit for a new one, but never a new one for an old one.
 */
public final class CommitWalk {

  private static final Logger log = LoggerFactory.getLogger(CommitWalk.class);

  private final Repository mirror;

  public CommitWalk(Repository mirror) {
    this.mirror = mirror;
  }

  /**
   * The commits that are reachable from {@code tip} and from none of {@code known}, parents first.
   */
  public List<RevCommit> between(Collection<ObjectId> known, ObjectId tip) throws IOException {
    try (RevWalk walk = newWalk()) {
      walk.sort(RevSort.TOPO, true);
      walk.sort(RevSort.REVERSE, true);
      markKnown(walk, known);
      return start(walk, tip) ? all(walk) : List.of();
    }
  }

  /** The newest {@code count} commits that are reachable from {@code tip}, parents first. */
  public List<RevCommit> newest(ObjectId tip, int count) throws IOException {
    try (RevWalk walk = newWalk()) {
      if (count == 1) { // sorting would read the whole history
        RevCommit commit = commitOf(walk, tip);
        return commit == null ? List.of() : List.of(commit);
      }
      walk.sort(RevSort.TOPO, true);
      List<RevCommit> found = new ArrayList<>();
      if (start(walk, tip)) {
        RevCommit next = walk.next();
        while (next != null && found.size() < count) {
          found.add(next);
          next = walk.next();
        }
      }
      Collections.reverse(found);
      return found;
    }
  }

  /** Whether a tip is reachable from one of {@code tips}, or is not a commit in this mirror. */
  public boolean isCovered(ObjectId tip, Collection<ObjectId> tips) throws IOException {
    try (RevWalk walk = newWalk()) {
      markKnown(walk, tips);
      return !start(walk, tip) || walk.next() == null;
    }
  }

  private RevWalk newWalk() {
    RevWalk walk = new RevWalk(mirror);
    walk.setRetainBody(false);
    return walk;
  }

  private static List<RevCommit> all(RevWalk walk) throws IOException {
    List<RevCommit> found = new ArrayList<>();
    for (RevCommit next = walk.next(); next != null; next = walk.next()) {
      found.add(next);
    }
    return found;
  }

  private static boolean start(RevWalk walk, ObjectId tip) throws IOException {
    RevCommit commit = commitOf(walk, tip);
    if (commit != null) {
      walk.markStart(commit);
    }
    return commit != null;
  }

  private static void markKnown(RevWalk walk, Collection<ObjectId> known) throws IOException {
    for (ObjectId each : known) {
      RevCommit commit = readable(walk, each);
      if (commit != null) {
        walk.markUninteresting(commit);
      }
    }
  }

  /** The commit of a known tip; null when it cannot be read, so that it excludes nothing. */
  private static @Nullable RevCommit readable(RevWalk walk, ObjectId id) {
    try {
      return commitOf(walk, id);
    } catch (IOException | RuntimeException e) {
      log.debug("{} is not readable: {}", id.name(), e.toString());
      return null;
    }
  }

  private static @Nullable RevCommit commitOf(RevWalk walk, ObjectId id) throws IOException {
    try {
      RevObject object = walk.peel(walk.parseAny(id));
      return object instanceof RevCommit commit ? commit : null;
    } catch (MissingObjectException e) {
      return null;
    }
  }
}
