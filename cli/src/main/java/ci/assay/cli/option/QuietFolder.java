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

/** A results folder and its index, to be changed while no coordinator has them. */
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
   * Keeps coordinators away; the caller closes it.
   *
   * @throws CannotRunException when one is there, or the folder is another user's, whose
   *     coordinator could not write what we leave
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
   * Gives what takes out of the index what goes from the files; null where there is no index, which
   * is then made of the files as they are.
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
