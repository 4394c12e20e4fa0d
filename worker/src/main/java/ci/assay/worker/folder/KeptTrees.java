package ci.assay.worker.folder;

import ci.assay.common.Durations;
import ci.assay.model.Repository;
import ci.assay.thread.Threads;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work trees and homes, which stay from run to run, so that the next one is fast: those that
 * nobody used for long are removed. When one was used last is the time of its tree's folder. Safe
 * for use by many threads.
 */
public final class KeptTrees implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KeptTrees.class);
  private static final Duration BETWEEN_EVICTIONS = Duration.ofDays(1);

  private final WorkFolder folder;
  private final Duration kept;
  private final Duration between;
  private final InstantSource clock;
  private final Set<Path> inUse = new HashSet<>();
  private final ScheduledExecutorService daily = Threads.timer("eviction");

  /**
   * @param kept how long a tree may stay unused
   */
  public KeptTrees(WorkFolder folder, Duration kept, InstantSource clock) {
    this(folder, kept, clock, BETWEEN_EVICTIONS);
  }

  KeptTrees(WorkFolder folder, Duration kept, InstantSource clock, Duration between) {
    this.between = between;
    this.folder = folder;
    this.kept = kept;
    this.clock = clock;
  }

  /** Begins to remove what is old, now and once a day, in the background. */
  public void start() {
    var unused =
        daily.scheduleWithFixedDelay(
            this::evictContained, 0, between.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Until {@link #release}, the tree and home of a repository in a slot stay. */
  public synchronized void use(Repository repository, int slot) throws IOException {
    Path place = folder.place(repository, slot);
    inUse.add(place);
    Path tree = Files.createDirectories(folder.trees().resolve(place));
    Files.setLastModifiedTime(tree, FileTime.from(clock.instant()));
  }

  public synchronized void release(Repository repository, int slot) {
    inUse.remove(folder.place(repository, slot));
  }

  private void evictContained() {
    try {
      evict();
    } catch (IOException | UncheckedIOException e) {
      log.warn("cannot remove old work trees: {}", e.toString());
    }
  }

  /** Removes what was not used for long. */
  void evict() throws IOException {
    Instant before = clock.instant().minus(kept);
    Set<Path> places = new TreeSet<>();
    for (Path top : List.of(folder.trees(), folder.homes())) {
      for (Path repository : children(top)) {
        children(repository).forEach(each -> places.add(top.relativize(each)));
      }
    }
    for (Path place : places) {
      for (Path old : takeAway(place, before)) {
        FileTree.delete(old);
      }
    }
  }

  /** Moves a tree and its home out of the way, unless they are needed. */
  private synchronized List<Path> takeAway(Path place, Instant before) throws IOException {
    Path tree = folder.trees().resolve(place);
    Path home = folder.homes().resolve(place);
    if (inUse.contains(place) || lastUse(tree).isAfter(before) || lastUse(home).isAfter(before)) {
      return List.of();
    }
    log.info("removing what {} kept: unused for {}", place, Durations.text(kept));
    List<Path> evicted = List.of(moved(tree), moved(home));
    deleteIfEmpty(folder.trees().resolve(place.getName(0)));
    deleteIfEmpty(folder.homes().resolve(place.getName(0)));
    return evicted;
  }

  private static Instant lastUse(Path path) throws IOException {
    try {
      return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.MIN;
    }
  }

  private Path moved(Path path) throws IOException {
    Path evicted = folder.temporary().resolve("evicted-" + UlidCreator.getMonotonicUlid());
    try {
      Files.move(path, evicted);
    } catch (IOException e) {
      FileTree.delete(path); // not there, or a run took our rights to it
    }
    return evicted;
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      log.debug("{} has other slots' too", directory);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      List<Path> children = new ArrayList<>();
      all.forEach(children::add);
      return children;
    }
  }

  @Override
  public void close() {
    daily.shutdownNow();
  }
}
