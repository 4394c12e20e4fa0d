package ci.assay.coordinator.refs;

import ci.assay.coordinator.store.ContainedListener;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoredResults;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.message.RefTips;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores where the refs of each repository point, from its observer's latest list: a file {@code
 * refs.json} in the repository's folder. A list that is not newer than the stored one is ignored.
 * Safe for use by many threads.
 */
public final class RefTipsFiles {

  private static final Logger log = LoggerFactory.getLogger(RefTipsFiles.class);

  private final ResultsFolder folders;
  private final Disk disk;
  private final VerdictListener listener;

  /**
   * @param listener is told of each list that is stored
   */
  public RefTipsFiles(ResultsFolder folders, Disk disk, VerdictListener listener) {
    this.folders = folders;
    this.disk = disk;
    this.listener = new ContainedListener(listener);
  }

  /**
   * Stores a list, unless one that is at least as new is stored.
   *
   * @return whether it was stored; it is on disk then
   */
  public synchronized boolean add(RefTips tips) throws IOException {
    Path folder = folders.repository(tips.repository());
    Optional<RefTips> stored = StoredResults.tipsIn(folder);
    if (stored.isPresent() && stored.get().sequence() >= tips.sequence()) {
      log.debug("{}: a list of refs arrived late, or again", tips.repository());
      return false;
    }
    byte[] content = Codec.encodePretty(tips);
    disk.replace(folder.resolve(ResultsFolder.REFS), out -> out.write(content));
    disk.sync(folder);
    listener.tipsStored(tips);
    return true;
  }
}
