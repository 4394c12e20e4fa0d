package ci.assay.git;

import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevFlag;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * The refs of a mirror. Each fetched tip has a ref named after its own id, a pin, so that no
 * fetched commit is lost, however the remote's refs move, and no two names collide. A pin is
 * dropped only when its commit is reachable from another pin.
 */
final class Pins {

  static final String PREFIX = "refs/assay/tips/";

  /** With fewer pins, looking for those that can be dropped is not worth the work. */
  private static final int MANY = 100;

  private static final int TRIES = 10;
  private static final Set<RefUpdate.Result> CREATED =
      EnumSet.of(RefUpdate.Result.NEW, RefUpdate.Result.FORCED, RefUpdate.Result.NO_CHANGE);

  private final Repository mirror;
  private int pruneAt = MANY;

  Pins(Repository mirror) {
    this.mirror = mirror;
  }

  /**
   * Pins tips. A pin that exists is left alone, since it may be locked by a repack, which packs the
   * refs.
   */
  void add(Collection<ObjectId> tips) throws IOException {
    for (ObjectId tip : tips) {
      String name = PREFIX + tip.name();
      if (!isPinned(name)) {
        create(name, tip);
      }
    }
  }

  /** Packing of refs deletes empty folders, perhaps after this has created one for the new ref. */
  private void create(String name, ObjectId tip) throws IOException {
    IOException failure = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        RefUpdate update = mirror.updateRef(name);
        update.setNewObjectId(tip);
        update.disableRefLog();
        RefUpdate.Result result = update.forceUpdate();
        if (CREATED.contains(result) || isPinned(name)) {
          return;
        }
        failure = new IOException("ref " + name + " was not updated: " + result);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw Objects.requireNonNull(failure);
  }

  /** A pin is never moved: each is named after the object that it points at. */
  private boolean isPinned(String name) throws IOException {
    return mirror.getRefDatabase().exactRef(name) != null;
  }

  /** Drops the pins that are reachable from others, once there are many. */
  void prune() throws IOException {
    List<Ref> pins = mirror.getRefDatabase().getRefsByPrefix(PREFIX);
    if (pins.size() < pruneAt) {
      return;
    }
    Set<ObjectId> reached = reachedFromOthers(pins);
    delete(reached);
    pruneAt = Math.max(MANY, 2 * (pins.size() - reached.size()));
  }

  private void delete(Set<ObjectId> pins) throws IOException {
    BatchRefUpdate update = mirror.getRefDatabase().newBatchUpdate();
    for (ObjectId each : pins) {
      update.addCommand(new ReceiveCommand(each, ObjectId.zeroId(), PREFIX + each.name()));
    }
    update.setAllowNonFastForwards(true);
    try (RevWalk walk = new RevWalk(mirror)) {
      update.execute(walk, NullProgressMonitor.INSTANCE);
    }
  }

  /**
   * Walks from the newest pin to the oldest and no further. Commits with wrong dates can hide that
   * a pin is reachable from another; that pin is kept.
   */
  private Set<ObjectId> reachedFromOthers(List<Ref> pins) throws IOException {
    Set<ObjectId> reached = new HashSet<>();
    try (RevWalk walk = new RevWalk(mirror)) {
      walk.setRetainBody(false);
      RevFlag reachedFlag = walk.newFlag("reached from another pin");
      Set<RevCommit> waiting = starts(walk, pins);
      walk.markStart(waiting);
      while (!waiting.isEmpty()) {
        RevCommit commit = walk.next();
        if (commit == null) {
          break;
        }
        if (waiting.remove(commit) && commit.has(reachedFlag)) {
          reached.add(commit.getId());
        }
        for (RevCommit parent : commit.getParents()) {
          parent.add(reachedFlag);
        }
      }
    }
    return reached;
  }

  private static Set<RevCommit> starts(RevWalk walk, List<Ref> pins) throws IOException {
    Set<RevCommit> starts = new HashSet<>();
    for (Ref pin : pins) {
      try {
        RevObject object = walk.parseAny(pin.getObjectId());
        if (object instanceof RevCommit commit) {
          starts.add(commit);
        }
      } catch (MissingObjectException e) {
        // A pin whose object is missing protects nothing and does no harm.
      }
    }
    return starts;
  }
}
