package ci.assay.worker.folder;

import ci.assay.common.Sizes;
import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home folders of one slot's runs, one for each repository. What runs of trusted refs write
 * there is kept. A run of another ref gets a copy under the same path, which is deleted afterwards.
 * Two runs never share a home at the same time, because each slot has its own. For use by one
 * thread at a time.
 */
public final class HomeFolder {

  private static final Logger log = LoggerFactory.getLogger(HomeFolder.class);
  private static final String UID = "unix:uid";
  private static final Duration COPY_LIMIT = Duration.ofMinutes(2);

  /** How many entries of a home are checked for another owner, the topmost first. */
  private static final int MOST_LOOKED_AT = 5_000;

  /** A home with more entries is not copied. */
  private static final int MOST_COPIED = 200_000;

  private final WorkFolder work;
  private final Quarantine quarantine;
  private final int slot;
  private final long mostCopied;
  private final @Nullable Integer owner;

  /** Homes in which no file had another owner, and which no run has used since. */
  private final Set<Path> owned = new HashSet<>();

  /**
   * @param slot its number, from 1
   * @param mostCopied bytes; a larger home is not copied
   */
  public HomeFolder(WorkFolder work, Quarantine quarantine, int slot, long mostCopied) {
    this(work, quarantine, slot, mostCopied, null);
  }

  /**
   * @param owner the id of the user who must own all files; null for the user of this process. For
   *     root nothing is checked.
   */
  HomeFolder(
      WorkFolder work, Quarantine quarantine, int slot, long mostCopied, @Nullable Integer owner) {
    this.work = work;
    this.quarantine = quarantine;
    this.slot = slot;
    this.mostCopied = mostCopied;
    this.owner = owner;
  }

  /**
   * A home that a run may use.
   *
   * @param kept where the real home is kept while this copy is used; null when this is the real one
   * @param notes lines about it for the log of the run
   */
  public record Home(Path path, @Nullable Path kept, List<String> notes) {

    public Home {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Prepares a home for a run. If an earlier run broke the home, it is put aside and an empty one
   * is created.
   *
   * @param isTrusted whether later runs may see what this run writes there
   * @throws IOException when no home can be prepared
   */
  public Home prepare(Repository repository, boolean isTrusted)
      throws IOException, InterruptedException {
    return prepare(work.home(repository, slot), isTrusted);
  }

  /**
   * As {@link #prepare}, for a run that is given secrets, which tools write into their settings and
   * caches. What it leaves there only such runs see.
   */
  public Home prepareWithSecrets(Repository repository) throws IOException, InterruptedException {
    return prepare(work.homeWithSecrets(repository, slot), true);
  }

  private Home prepare(Path home, boolean isTrusted) throws IOException, InterruptedException {
    List<String> notes = new ArrayList<>();
    MountTable mounts = MountTable.read();
    Path place = above(home);
    Path kept = place.resolve(WorkFolder.KEPT);
    try {
      clean(place, mounts);
      putBack(home, kept);
    } catch (IOException e) {
      notes.add(putAside(place, place, e));
      mounts = MountTable.read(); // mounts in the folder moved with it
    }
    try {
      requireSound(home, mounts);
    } catch (IOException e) {
      notes.add(putAside(home, place, e));
      mounts = MountTable.read();
    }
    SlotFolder.makeFolder(home, mounts);
    if (isTrusted) {
      owned.remove(home);
      return new Home(home, null, notes);
    }
    Files.move(home, kept, StandardCopyOption.ATOMIC_MOVE);
    Files.createDirectory(home);
    String obstacle = obstacleToCopy(kept);
    if (obstacle == null && !isEmpty(kept)) {
      obstacle = copy(kept, home);
    }
    if (obstacle != null) {
      notes.add(
          "HOME is empty: this run's ref is not trusted, and what is kept for trusted ones is not copied: "
              + obstacle);
    }
    return new Home(home, kept, notes);
  }

  /**
   * Deletes a copy after a run. A failure does not affect the run: the next {@link #prepare} tries
   * again.
   */
  public void finish(Home used) {
    Path kept = used.kept();
    if (kept != null) {
      try {
        putBack(used.path(), kept);
      } catch (IOException e) {
        log.debug("{} is left for the next run to put back: {}", used.path(), e.toString());
      }
    }
  }

  /** Puts a folder aside; returns a note for the log of the run. */
  private String putAside(Path what, Path place, IOException why) throws IOException {
    quarantine.put(what, above(place), why);
    clean(place, MountTable.read());
    return "HOME is new and empty; the one before was put aside: " + FileTrouble.inWords(why);
  }

  private static Path above(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " is in no folder");
    }
    return parent;
  }

  private void clean(Path place, MountTable mounts) throws IOException {
    FileTree.makeOurs(above(above(place)));
    try {
      SlotFolder.makeFolder(above(place), mounts);
    } catch (IOException e) {
      quarantine.put(above(place), above(place), e);
      SlotFolder.makeFolder(above(place), MountTable.read());
    }
    SlotFolder.makeFolder(place, mounts);
    Set<Path> ours = Set.of(place.resolve(WorkFolder.HOME), place.resolve(WorkFolder.KEPT));
    quarantine.removeAllBut(ours, place, true);
  }

  /** If there is a kept home, the other one is a copy for a run that is over. */
  private void putBack(Path home, Path kept) throws IOException {
    if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
      quarantine.discard(home);
      Files.move(kept, home, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void requireSound(Path home, MountTable mounts) throws IOException {
    if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) {
      throw trouble(home, "it is not a folder");
    }
    Optional<Path> mounted = mounts.within(above(home).toRealPath().resolve(WorkFolder.HOME));
    if (mounted.isPresent()) {
      throw trouble(mounted.get(), "something is mounted there");
    }
    FileTree.makeOurs(home);
    Object user = owner != null ? owner : Files.getAttribute(Path.of("/proc/self"), UID);
    if (!Integer.valueOf(0).equals(user) && !owned.contains(home)) {
      requireOwner(home, user);
      owned.add(home);
    }
    Path probe = Files.createTempFile(home, ".assay-", "");
    Files.delete(probe);
  }

  private static void requireOwner(Path home, Object user) throws IOException {
    Deque<Path> open = new ArrayDeque<>(List.of(home));
    for (int count = 0; count < MOST_LOOKED_AT && !open.isEmpty(); count++) {
      Path next = open.remove();
      Map<String, Object> what =
          Files.readAttributes(next, "unix:uid,isDirectory", LinkOption.NOFOLLOW_LINKS);
      if (!user.equals(what.get("uid"))) {
        throw trouble(next, "belongs to " + Files.getOwner(next, LinkOption.NOFOLLOW_LINKS));
      }
      if (Boolean.TRUE.equals(what.get("isDirectory")) && Files.isReadable(next)) {
        addChildren(next, open, MOST_LOOKED_AT - count);
      }
    }
  }

  /** Adds the children of a folder, up to the limit. */
  private static void addChildren(Path folder, Deque<Path> to, int limit) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      int count = 0;
      for (Path each : all) {
        if (count++ >= limit) {
          return;
        }
        to.add(each);
      }
    } catch (DirectoryIteratorException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static FileSystemException trouble(Path path, String what) {
    return new FileSystemException(path.toString(), null, what);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      return !all.iterator().hasNext();
    }
  }

  /** Why the home must not be copied; null when it may be. */
  private @Nullable String obstacleToCopy(Path kept) {
    long bytes = 0;
    int count = 0;
    Deque<Path> open = new ArrayDeque<>(List.of(kept));
    try {
      while (!open.isEmpty()) {
        Path next = open.remove();
        BasicFileAttributes what =
            Files.readAttributes(next, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        count++;
        bytes += what.isRegularFile() ? what.size() : 0;
        if (bytes > mostCopied) {
          return "it has more than " + Sizes.text(mostCopied) + " (--max-home-copy)";
        }
        if (count > MOST_COPIED) {
          return "it has more than %d entries".formatted(MOST_COPIED);
        }
        if (what.isDirectory()) {
          addChildren(next, open, MOST_COPIED);
        }
      }
      return null;
    } catch (IOException e) {
      return FileTrouble.inWords(e);
    }
  }

  /**
   * Copies with cp, which handles sparse files, links and reflinks.
   *
   * @return why the copy failed; null on success
   */
  private @Nullable String copy(Path kept, Path home) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("cp", "-a", "--reflink=auto", "--", kept + "/.", home + "/");
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    boolean isOver;
    try {
      isOver = process.waitFor(COPY_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }
    if (isOver && process.exitValue() == 0) {
      return null;
    }
    quarantine.discard(home);
    Files.createDirectory(home);
    return isOver ? "cp failed" : "that takes longer than 2 minutes";
  }
}
