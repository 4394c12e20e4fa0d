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
 * What one slot's runs may write: for each repository a folder with its work tree and its temporary
 * folder. Before each run all else is taken out of it, so that nothing which an earlier run wrote
 * beside its tree meets the next one. Where something cannot be deleted the folder is put aside and
 * a new one begun. Used by one thread at a time.
 */
public final class SlotFolder {

  private static final Logger log = LoggerFactory.getLogger(SlotFolder.class);
  private static final int MOST_GENERATIONS = 100;

  private final WorkFolder work;
  private final Quarantine quarantine;
  private final int slot;
  private final Map<Path, TemporaryFolder> temporaries = new HashMap<>();

  /** More than 1 when a folder could neither be emptied nor be renamed. */
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
   * Where the runs of one repository are.
   *
   * @param path the folder above them, with nothing else in it when a run begins
   */
  public record Place(Repository repository, Path path, TemporaryFolder temporary) {

    public Path tree() {
      return path.resolve(WorkFolder.TREE);
    }
  }

  /**
   * Makes ready for a run: there is nothing in its folder but the work tree as the last one left
   * it, if there was one, and an empty temporary folder.
   *
   * @throws IOException when that cannot be had, not even in another place
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
   * Begins a new, empty folder and puts the old one aside.
   *
   * @param why it cannot be used
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
      return true; // or not there
    }
  }

  private Place anew(Repository repository) throws IOException {
    temporaries.keySet().removeIf(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
    Place place = place(repository);
    clean(place);
    return place;
  }

  /**
   * Empties the temporary folder after a run. Nothing that goes wrong with that is the run's: then
   * the whole folder is put aside, now or before the next run.
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
      FileTree.delete(work.slots()); // a link, or what else a run put there
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
   * Makes a folder, in place of anything else that is there.
   *
   * @param mounts as they are now
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
