package ci.assay.git;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
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
   * Brings objects, and all that they are made of, into a mirror.
   *
   * @throws GitException of kind {@code COMMIT_GONE} when it does not have, or give, one
   */
  void fetch(FileRepository mirror, Set<ObjectId> wanted) throws GitException;
}
