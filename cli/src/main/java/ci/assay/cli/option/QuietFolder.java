package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.active.FolderClaim;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.index.Index;
import ci.assay.index.IndexCleanup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A results folder and its index, to be changed while no coordinator uses them. */
public final class QuietFolder {

  private static final Path SELF = Path.of("/proc/self");
  private static final String UID = "unix:uid";

  @Mixin ResultsOption results;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description = "The pages' index (default: .index/assay.db in the results folder).")
  @Nullable Path index;

  public QuietFolder(CommandContext context) {
    this.results = new ResultsOption(context);
  }

  public Path path() {
    return results.folder();
  }

  /** As {@link ResultsOption#reader}. */
  public ResultReader reader() {
    return results.reader();
  }

  /**
   * Claims the folder, so that no coordinator starts; the caller closes the claim.
   *
   * @throws CannotRunException when a coordinator uses the folder, or it belongs to another user,
   *     whose coordinator could not write the files that we create
   */
  public FolderClaim claim(String what, Instant now) throws InterruptedException {
    try {
      if (!Files.getAttribute(path(), UID).equals(Files.getAttribute(SELF, UID))) {
        throw new CannotRunException(
            "results folder %s belongs to user '%s': do this as that user"
                .formatted(path(), Files.getOwner(path()).getName()));
      }
      ResultsFolder folders = new ResultsFolder(path());
      Files.createDirectories(folders.temporary());
      return FolderClaim.takeAlone(folders, what, now);
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot write results in %s: %s".formatted(path(), e.toString()), e);
    }
  }

  /**
   * Passes on the object that deletes entries from the index; null if there is no index, since that
   * will then be built from the files that are left.
   */
  public void cleaningIndex(Consumer<@Nullable IndexCleanup> work) {
    Path file = index != null ? index : HttpOptions.indexIn(path());
    if (!Files.exists(file)) {
      work.accept(null);
      return;
    }
    try (Index opened = Index.open(file)) {
      work.accept(new IndexCleanup(opened));
    }
  }
}
