package ci.assay.worker.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a run works.
 *
 * @param tree where it begins, and may write
 * @param home which it may write; null for none
 * @param temporary which it may write; null for none
 * @param needs what else it needs
 */
public record RunPlaces(Path tree, @Nullable Path home, @Nullable Path temporary, RunNeeds needs) {

  /** What the work tree is called within walls. */
  public static final Path TREE = Path.of("/assay/tree");

  /** What the home is called within walls. */
  public static final Path HOME = Path.of("/assay/home");

  /** What the temporary folder is called within walls. */
  public static final Path TEMPORARY = Path.of("/tmp");

  /** What it must be able to read beside its own folders. */
  public List<Path> readable() {
    return needs.readable();
  }
}
