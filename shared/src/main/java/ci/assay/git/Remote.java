package ci.assay.git;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/** The repository that a mirror copies, on this machine or another one. */
interface Remote {

  /**
   * The selected refs and the id of the object that each points at: the tag object for an annotated
   * tag. Transfers no objects.
   */
  Map<String, ObjectId> refs(RefGlobs globs) throws GitException;

  /**
   * The full name of the branch that HEAD points at, even one without commits; empty when HEAD is
   * detached or unknown.
   */
  Optional<String> defaultBranch() throws GitException;

  /**
   * Makes a mirror borrow the objects of a repository on this machine instead of copying them;
   * after this the mirror has every object of the repository.
   *
   * @return false when the mirror must fetch instead
   * @throws GitException when the repository cannot be read
   * @throws IOException when the mirror cannot be written
   */
  default boolean lend(MirrorRepository mirror) throws GitException, IOException {
    return false;
  }

  /**
   * Fetches objects, with all that are reachable from them, into a mirror.
   *
   * @throws GitException of kind {@code COMMIT_GONE} when the repository lacks one of them, or
   *     refuses to send it
   */
  void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException;

  /**
   * Fetches the object that a ref points at now, with all that are reachable from it, into a
   * mirror. The ref may have moved since it was last read.
   *
   * @return the id of that object; empty when the ref does not exist
   */
  Optional<ObjectId> fetchTip(MirrorRepository mirror, String ref) throws GitException;
}
