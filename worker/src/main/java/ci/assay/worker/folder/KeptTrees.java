package ci.assay.worker.folder;

import ci.assay.common.Durations;
import ci.assay.model.Repository;
import ci.assay.thread.Threads;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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
 * Removes work trees and homes that were not used for a long time; the others are kept from run to
 * run, so that the next run is fast. The modification times of their folders tell when they were
 * last used. Thread-safe.
 */
public final class KeptTrees implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KeptTrees.class);
  private static final Duration BETWEEN_EVICTIONS = Duration.ofDays(1);

  private final WorkFolder folder;
  private final Quarantine quarantine;
  private final Duration kept;
  private final Duration between;
  private final InstantSource clock;
  private final Set<Path> inUse = new HashSet<>();
  private final ScheduledExecutorService daily = Threads.timer("eviction");

  /**
   * @param kept how long a tree may stay unused
   */
  public KeptTrees(WorkFolder folder, Quarantine quarantine, Duration kept, InstantSource clock) {
    this(folder, quarantine, kept, clock, BETWEEN_EVICTIONS);
  }

  KeptTrees(
      WorkFolder folder,
      Quarantine quarantine,
      Duration kept,
      InstantSource clock,
      Duration between) {
    this.between = between;
    this.folder = folder;
    this.quarantine = quarantine;
    this.kept = kept;
    this.clock = clock;
  }

  /** Begins to remove old trees and homes in the background, now and once a day. */
  public void start() {
    var unused =
        daily.scheduleWithFixedDelay(this::evict, 0, between.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Keeps the tree and home of a repository in a slot until {@link #release}. */
  public synchronized void use(Repository repository, int slot) {
    inUse.add(folder.place(repository, slot));
  }

  public synchronized void release(Repository repository, int slot) {
    Path place = folder.place(repository, slot);
    inUse.remove(place);
    for (Path each : kept(place)) {
      try {
        Files.setLastModifiedTime(each, FileTime.from(clock.instant()));
      } catch (IOException e) {
        log.debug("{} does not tell when it was used: {}", each, e.toString());
      }
    }
  }

  /** Removes what was not used for a long time. A failure with one does not stop the others. */
  void evict() {
    Instant before = clock.instant().minus(kept);
    Set<Path> places = new TreeSet<>();
    for (Path top : List.of(folder.slots(), folder.homes(), folder.homesWithSecrets())) {
      for (Path slot : slotsIn(top)) {
        Path number = Path.of(numberOf(slot));
        children(slot).forEach(each -> places.add(number.resolve(each.getFileName())));
      }
    }
    for (Path place : places) {
      takeAway(place, before);
    }
  }

  /** The slot's number, from its folder of any generation. */
  private static String numberOf(Path slot) {
    String name = slot.getFileName().toString();
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The folders of a place that exist: in all generations of its slot, and of its homes. */
  private List<Path> kept(Path place) {
    List<Path> all = new ArrayList<>();
    for (Path slot : slotsIn(folder.slots())) {
      if (place.startsWith(numberOf(slot))) {
        all.add(slot.resolve(place.getFileName()));
      }
    }
    folder.allHomes().forEach(homes -> all.add(homes.resolve(place)));
    all.removeIf(each -> !Files.exists(each, LinkOption.NOFOLLOW_LINKS));
    return all;
  }

  /** Removes a tree and its home, unless they are in use or were used recently. */
  private synchronized void takeAway(Path place, Instant before) {
    List<Path> all = kept(place);
    if (inUse.contains(place) || all.stream().anyMatch(each -> lastUse(each).isAfter(before))) {
      return;
    }
    log.info("removing what {} kept: unused for {}", place, Durations.text(kept));
    for (Path each : all) {
      try {
        quarantine.discard(each);
      } catch (IOException e) {
        log.warn("{} stays, though it is not used: {}", each, FileTrouble.inWords(e));
      }
    }
  }

  private static Instant lastUse(Path path) {
    try {
      return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.MIN;
    } catch (IOException e) {
      log.warn("{} does not tell when it was used: {}", path, e.toString());
      return Instant.MAX;
    }
  }

  private static List<Path> slotsIn(Path top) {
    return children(top).stream()
        .filter(WorkFolder::isSlot)
        .filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** The files in a folder, without those that were put aside there under another name. */
  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path each : all) {
        if (!Quarantine.isSibling(each)) {
          children.add(each);
        }
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is not there", directory);
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("cannot look for old work trees in {}: {}", directory, e.toString());
    }
    return children;
  }

  @Override
  public void close() {
    daily.shutdownNow();
  }
}
