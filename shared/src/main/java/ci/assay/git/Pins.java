package ci.assay.git;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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
 * The refs of a mirror: each fetched tip is held by one named after its own id, so that nothing
 * that was fetched can be lost, however the remote's refs move, and no two names collide. A pin is
 * dropped only when another one leads to its commit.
 */
final class Pins {

  static final String PREFIX = "refs/assay/tips/";

  /** With fewer than this, looking for those that can be dropped is not worth it. */
  private static final int MANY = 100;

  private final Repository mirror;
  private int next = MANY;

  Pins(Repository mirror) {
    this.mirror = mirror;
  }

  /** A pin that is there is left alone: who repacks the mirror may have it locked. */
  void add(Collection<ObjectId> tips) throws IOException {
    for (ObjectId tip : tips) {
      String name = PREFIX + tip.name();
      if (!isPinned(name)) {
        RefUpdate update = mirror.updateRef(name);
        update.setNewObjectId(tip);
        update.disableRefLog();
        RefUpdate.Result result = update.forceUpdate();
        if (!isPinned(name)) {
          throw new IOException("ref " + name + " was not updated: " + result);
        }
      }
    }
  }

  /** No pin is ever moved: each is named after what it points at. */
  private boolean isPinned(String name) throws IOException {
    return mirror.getRefDatabase().exactRef(name) != null;
  }

  /** Drops those that others lead to, once there are many. */
  void prune() throws IOException {
    List<Ref> pins = mirror.getRefDatabase().getRefsByPrefix(PREFIX);
    if (pins.size() < next) {
      return;
    }
    Set<ObjectId> reached = reachedFromOthers(pins);
    delete(reached);
    next = Math.max(MANY, 2 * (pins.size() - reached.size()));
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
   * Walks from the newest pin to the oldest and no further. Commits with odd dates can hide that a
   * pin is led to by another: it is kept, then.
   */
  private Set<ObjectId> reachedFromOthers(List<Ref> pins) throws IOException {
    Set<ObjectId> reached = new HashSet<>();
    try (RevWalk walk = new RevWalk(mirror)) {
      walk.setRetainBody(false);
      RevFlag led = walk.newFlag("led to");
      Set<RevCommit> waiting = starts(walk, pins);
      walk.markStart(waiting);
      while (!waiting.isEmpty()) {
        RevCommit commit = walk.next();
        if (commit == null) {
          break;
        }
        if (waiting.remove(commit) && commit.has(led)) {
          reached.add(commit.getId());
        }
        for (RevCommit parent : commit.getParents()) {
          parent.add(led);
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
        // A pin without its object protects nothing and hinders nothing.
      }
    }
    return starts;
  }
}
