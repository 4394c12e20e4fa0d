package ci.assay.git;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/** The repository that a mirror mirrors, wherever it is. */
interface Remote {

  /**
   * Its refs that are meant and what each points at: the tag object for an annotated tag. Transfers
   * no objects.
   */
  Map<String, ObjectId> refs(RefGlobs globs) throws GitException;

  /** The branch that its HEAD leads to, also when it has no commit yet; empty where none does. */
  Optional<String> defaultBranch() throws GitException;

  /**
   * Sees to it that a mirror reads the objects of a repository on this machine where they are,
   * instead of having a copy; after this the mirror has what the repository has.
   *
   * @return false when it is to be fetched from
   * @throws GitException when the repository cannot be read
   * @throws IOException when the mirror cannot be written
   */
  default boolean lend(MirrorRepository mirror) throws GitException, IOException {
    return false;
  }

  /**
   * Brings objects, and all that they are made of, into a mirror.
   *
   * @throws GitException of kind {@code COMMIT_GONE} when it does not have, or give, one
   */
  void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException;

  /**
   * Brings what a ref points at now, and all that it is made of, into a mirror, whether or not the
   * ref has moved on since somebody looked.
   *
   * @return what it points at; empty when it is not there
   */
  Optional<ObjectId> fetchTip(MirrorRepository mirror, String ref) throws GitException;
}
