package ci.assay.model;

import ci.assay.common.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commit to test.
 *
 * @param commit the commit to check out
 * @param tree the commit's tree; null when the observer does not know it
 * @param parents the commit's parents, in git's order
 * @param ref the ref it was first seen on
 */
public record Revision(
    Repository repository,
    CommitId commit,
    @Nullable CommitId tree,
    List<CommitId> parents,
    String ref) {

  public Revision {
    Names.present("repository", repository);
    Names.present("commit", commit);
    Names.present("parents", parents);
    Names.present("ref", ref);
    parents = List.copyOf(parents);
  }
}
