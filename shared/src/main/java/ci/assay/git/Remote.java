package ci.assay.git;

import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/** The repository that a mirror mirrors, wherever it is. */
interface Remote {

  /**
   * Its refs that are meant and what each points at: the tag object for an annotated tag. Transfers
   * no objects.
   */
  Map<String, ObjectId> refs(RefGlobs globs) throws GitException;

  /**
   * Brings objects, and all that they are made of, into a mirror.
   *
   * @throws GitException of kind {@code COMMIT_GONE} when it does not have, or give, one
   */
  void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException;
}
