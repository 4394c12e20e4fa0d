package ci.assay.observer.job;

import ci.assay.common.InvalidInputException;
import ci.assay.pipeline.PathFilter;
import ci.assay.pipeline.PipelineFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from a commit what matters for queuing its jobs: its {@code .assay.yml}, and whether it is
 * to be skipped. For use by one thread.
 */
final class CommitPipeline {

  private static final Logger log = LoggerFactory.getLogger(CommitPipeline.class);

  private static final Pattern SKIP = Pattern.compile("\\[(skip ci|ci skip)]");

  /** A commit that changes more files counts as matching any path filter. */
  private static final int MOST_CHANGES = 100_000;

  private final RevWalk walk;
  private final RevCommit commit;

  /**
   * @param commit a commit parsed by {@code walk}
   */
  CommitPipeline(RevWalk walk, RevCommit commit) {
    this.walk = walk;
    this.commit = commit;
  }

  /**
   * The parsed file; {@link PipelineFile#NONE} when there is none or it is not valid: the worker
   * reads it again and reports what is wrong with it.
   */
  PipelineFile file() throws IOException {
    byte[] first = content(PipelineFile.NAME);
    byte[] other = content(PipelineFile.OTHER_NAME);
    if ((first == null) == (other == null)) {
      return PipelineFile.NONE;
    }
    try {
      return PipelineFile.parse(first != null ? first : other);
    } catch (InvalidInputException e) {
      log.debug("commit {}: {}", commit.name(), e.getMessage());
      return PipelineFile.NONE;
    }
  }

  private byte @Nullable [] content(String name) throws IOException {
    ObjectReader objects = walk.getObjectReader();
    try (TreeWalk file = TreeWalk.forPath(objects, name, commit.getTree())) {
      if (file == null) {
        return null;
      }
      boolean isRead =
          (FileMode.REGULAR_FILE.equals(file.getRawMode(0))
                  || FileMode.EXECUTABLE_FILE.equals(file.getRawMode(0)))
              && objects.getObjectSize(file.getObjectId(0), ObjectReader.OBJ_ANY)
                  <= PipelineFile.MAX_BYTES;
      return isRead ? objects.open(file.getObjectId(0)).getCachedBytes() : new byte[0];
    }
  }

  /** Why the commit is not to be tested; empty when it is. */
  Optional<String> skipped(PipelineFile file) throws IOException {
    var asked = SKIP.matcher(commit.getShortMessage().toLowerCase(Locale.ROOT));
    if (asked.find()) {
      return Optional.of("the commit's subject says " + asked.group() + likeParent());
    }
    List<String> paths = file.files().paths();
    return paths.isEmpty() || commit.getParentCount() == 0 || touches(new PathFilter(paths))
        ? Optional.empty()
        : Optional.of("the commit changes nothing under 'paths' in .assay.yml" + likeParent());
  }

  private String likeParent() {
    return commit.getParentCount() == 0
        ? ""
        : "; it stands as its parent %s does".formatted(commit.getParent(0).name());
  }

  /** Whether the commit changes a wanted path, compared with its first parent. */
  private boolean touches(PathFilter wanted) throws IOException {
    RevCommit parent = walk.parseCommit(commit.getParent(0));
    try (TreeWalk changes = new TreeWalk(walk.getObjectReader())) {
      changes.addTree(parent.getTree());
      changes.addTree(commit.getTree());
      changes.setFilter(TreeFilter.ANY_DIFF);
      changes.setRecursive(true);
      for (int count = 0; changes.next(); count++) {
        if (count == MOST_CHANGES || wanted.matches(changes.getPathString())) {
          return true;
        }
      }
      return false;
    }
  }
}
