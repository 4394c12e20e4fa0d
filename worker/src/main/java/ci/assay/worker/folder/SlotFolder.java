package ci.assay.worker.folder;

import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders that one slot's runs may write: for each repository one with its work tree and its
 * temporary folder. Before each run everything else in it is removed, so that a run never sees what
 * an earlier one wrote beside its tree. If something cannot be deleted, the folder is put aside and
 * a new one is created. For use by one thread at a time.
 */
public final class SlotFolder {

  private static final Logger log = LoggerFactory.getLogger(SlotFolder.class);
  private static final int MOST_GENERATIONS = 100;

  private final WorkFolder work;
  private final Quarantine quarantine;
  private final int slot;
  private final Map<Path, TemporaryFolder> temporaries = new HashMap<>();

  /** Grows by one each time a folder can be neither emptied nor renamed. */
  private int generation = 1;

  /**
   * @param slot its number, from 1
   */
  public SlotFolder(WorkFolder work, Quarantine quarantine, int slot) {
    this.work = work;
    this.quarantine = quarantine;
    this.slot = slot;
  }

  /**
   * The folder for the runs of one repository.
   *
   * @param path contains only the work tree and the temporary folder when a run begins
   */
  public record Place(Repository repository, Path path, TemporaryFolder temporary) {

    public Path tree() {
      return path.resolve(WorkFolder.TREE);
    }
  }

  /**
   * Prepares the folder for a run. Then it contains only an empty temporary folder and, after an
   * earlier run, the work tree as that run left it.
   *
   * @throws IOException when no folder can be prepared, not even a new one
   */
  public Place prepare(Repository repository) throws IOException {
    Place place = place(repository);
    try {
      clean(place);
      return place;
    } catch (IOException e) {
      return renew(place, e);
    }
  }

  /**
   * Creates a new, empty folder and puts the old one aside.
   *
   * @param why why the old one cannot be used
   */
  public Place renew(Place old, IOException why) throws IOException {
    Path top = work.slot(slot, generation);
    IOException last = why;
    for (Path each : isMounted(top) ? List.of(top) : List.of(old.path(), top)) {
      try {
        FileTree.makeOurs(work.slots());
        quarantine.put(each, top, last);
        return anew(old.repository());
      } catch (IOException e) {
        last = e;
      }
    }
    if (generation == MOST_GENERATIONS) {
      throw last;
    }
    generation++;
    log.warn(
        "{} can be neither emptied nor renamed ({}); slot {} goes on in {}",
        top,
        FileTrouble.inWords(last),
        slot,
        work.slot(slot, generation));
    return anew(old.repository());
  }

  private static boolean isMounted(Path path) {
    try {
      FileTree.requireNoMountAt(path, MountTable.read());
      return false;
    } catch (IOException e) {
      return true; // or it is missing
    }
  }

  private Place anew(Repository repository) throws IOException {
    temporaries.keySet().removeIf(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
    Place place = place(repository);
    clean(place);
    return place;
  }

  /**
   * Empties the temporary folder after a run. If that fails, the run is not affected: the whole
   * folder is put aside, now or before the next run.
   */
  public void tidy(Place place) {
    try {
      place.temporary().clear();
    } catch (IOException e) {
      try {
        var unused = renew(place, e);
      } catch (IOException stuck) {
        log.warn("{} cannot be tidied now: {}", place.path(), FileTrouble.inWords(stuck));
      }
    }
  }

  private Place place(Repository repository) {
    Path path = work.slot(slot, generation).resolve(WorkFolder.key(repository));
    TemporaryFolder temporary =
        temporaries.computeIfAbsent(
            path, each -> new TemporaryFolder(each.resolve(WorkFolder.TEMPORARY)));
    return new Place(repository, path, temporary);
  }

  private void clean(Place place) throws IOException {
    Path top = work.slot(slot, generation);
    if (!Files.isDirectory(work.slots(), LinkOption.NOFOLLOW_LINKS)) {
      FileTree.delete(work.slots()); // a link, or anything else that a run put there
      Files.createDirectory(work.slots());
    }
    FileTree.makeOurs(work.slots());
    MountTable mounts = MountTable.read();
    makeFolder(top, mounts);
    makeFolder(place.path(), mounts);
    quarantine.removeAllBut(temporaries.keySet(), top, false);
    Set<Path> ours = Set.of(place.tree(), place.temporary().path());
    quarantine.removeAllBut(ours, place.path(), false);
    place.temporary().prepare();
  }

  /**
   * Creates a folder, and replaces anything else at its path.
   *
   * @param mounts the current mounts
   */
  static void makeFolder(Path path, MountTable mounts) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        FileTree.delete(path);
      } else {
        FileTree.requireNoMountAt(path, mounts);
        FileTree.makeOurs(path);
        return;
      }
    }
    Files.createDirectory(path);
  }
}
