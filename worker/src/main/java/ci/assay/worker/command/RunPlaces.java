package ci.assay.worker.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a run.
 *
 * @param tree the work tree, in which the run starts; writable
 * @param home its home; writable; null for none
 * @param temporary its temporary folder; writable; null for none
 * @param needs what else it needs
 */
public record RunPlaces(Path tree, @Nullable Path home, @Nullable Path temporary, RunNeeds needs) {

  /** The path of the work tree in a sandbox or container. */
  public static final Path TREE = Path.of("/assay/tree");

  /** The path of the home in a sandbox or container. */
  public static final Path HOME = Path.of("/assay/home");

  /** The path of the temporary folder in a sandbox or container. */
  public static final Path TEMPORARY = Path.of("/tmp");

  /** The variable with the path of the file for what a run writes about itself, in Markdown. */
  static final String SUMMARY_VARIABLE = "ASSAY_SUMMARY";

  /** The path of that file, for this temporary folder. */
  public static Path summaryIn(Path temporary) {
    return temporary.resolve("assay-summary.md");
  }

  /** The files and folders that the run must be able to read besides its own folders. */
  public List<Path> readable() {
    return needs.readable();
  }
}
