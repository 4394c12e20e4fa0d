package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that leaves more names than there is memory for. */
class FolderListingTest {

  @TempDir Path folder;

  @Test
  void longPathsUseUpTheBoundBeforeTheirNumberDoes() throws IOException {
    Path deep = folder;
    for (int n = 0; n < 10; n++) {
      deep = deep.resolve("d".repeat(200));
    }
    Files.createDirectories(deep);
    for (int n = 0; n < 100; n++) {
      Files.createFile(deep.resolve("f" + n));
    }
    FolderListing listing = new FolderListing(1_000, 50_000);
    assertThat(listing.of(deep, any -> false)).isEmpty();
    assertThat(listing.isFull()).as("what is not kept takes no memory").isFalse();
    assertThat(listing.of(deep, any -> true)).hasSizeBetween(20, 25);
    assertThat(listing.isFull()).isTrue();
    assertThat(listing.of(folder, any -> true)).isEmpty();
  }

  @Test
  void theBoundsAreForAllFoldersTogether() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      Files.createDirectory(folder.resolve(name));
      for (int n = 0; n < 6; n++) {
        Files.createFile(folder.resolve(name).resolve("f" + n));
      }
    }
    FolderListing listing = new FolderListing(10, Long.MAX_VALUE);
    assertThat(listing.of(folder.resolve("a"), any -> true)).hasSize(6).isSorted();
    assertThat(listing.of(folder.resolve("b"), any -> false)).isEmpty();
    assertThat(listing.isFull()).isTrue();
  }

  @Test
  void aFolderThatCannotBeListedIsTrouble() {
    assertThatThrownBy(() -> new FolderListing().of(folder.resolve("none"), any -> true))
        .isInstanceOf(NoSuchFileException.class);
  }
}
