package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lists folders that a run wrote, with bounds for all of them together: a run may leave a million
 * names in a folder whose own path has thousands of characters, and each path that is kept has all
 * of them. Not thread-safe.
 */
public final class FolderListing {

  /** How many entries are listed in all. */
  public static final int MOST_ENTRIES = 1_000_000;

  /** How many characters the paths that are kept may have together. */
  private static final long MOST_CHARACTERS = 32L << 20;

  private int entriesLeft;
  private long charactersLeft;

  public FolderListing() {
    this(MOST_ENTRIES, MOST_CHARACTERS);
  }

  FolderListing(int entries, long characters) {
    this.entriesLeft = entries;
    this.charactersLeft = characters;
  }

  /** Whether nothing more is listed. */
  public boolean isFull() {
    return entriesLeft <= 0 || charactersLeft <= 0;
  }

  /**
   * Some entries of a folder, sorted; not all of them if the bounds are reached.
   *
   * @param wanted which ones; the others take no memory
   * @throws IOException when the folder cannot be read; nothing of it is listed then
   */
  public List<Path> of(Path folder, Predicate<Path> wanted) throws IOException {
    List<Path> paths = new ArrayList<>();
    int above = folder.toString().length();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path each : entries) {
        if (isFull()) {
          break;
        }
        entriesLeft--;
        if (wanted.test(each)) {
          charactersLeft -= above + each.getFileName().toString().length();
          paths.add(each);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(paths);
    return paths;
  }
}
