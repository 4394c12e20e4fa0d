package ci.assay.git;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;

/** The tags of a mirror: for {@code git describe} in a work tree, and for nothing else. */
final class Tags {

  static final String GLOB = Constants.R_TAGS + "*";

  private final Repository mirror;

  Tags(Repository mirror) {
    this.mirror = mirror;
  }

  /** The tags among a remote's refs that the mirror lacks or has elsewhere. */
  Map<String, ObjectId> missing(Map<String, ObjectId> remoteRefs) throws IOException {
    Map<String, ObjectId> missing = new HashMap<>(remoteRefs);
    missing.keySet().removeIf(name -> !name.startsWith(Constants.R_TAGS));
    for (Ref here : mirror.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
      missing.remove(here.getName(), here.getObjectId());
    }
    return missing;
  }

  /** Sets tags whose objects are here, all in one write. */
  void set(Map<String, ObjectId> tags) throws IOException {
    BatchRefUpdate update = mirror.getRefDatabase().newBatchUpdate();
    update.setAllowNonFastForwards(true);
    update.disableRefLog();
    for (Map.Entry<String, ObjectId> tag : tags.entrySet()) {
      Ref old = mirror.exactRef(tag.getKey());
      ObjectId before = old == null ? ObjectId.zeroId() : old.getObjectId();
      update.addCommand(new ReceiveCommand(before, tag.getValue(), tag.getKey()));
    }
    try (RevWalk walk = new RevWalk(mirror)) {
      update.execute(walk, NullProgressMonitor.INSTANCE);
    }
  }
}
