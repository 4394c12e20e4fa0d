package ci.assay.worker.folder;

import ci.assay.common.Sizes;
import ci.assay.thread.Threads;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where files go that are in the way: what cannot be deleted is put aside by a rename, which needs
 * nothing but the folder above it, and is deleted later, in the background, as far as that goes.
 * Safe for use by many threads.
 */
public final class Quarantine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);
  private static final String SIBLING = ".aside-";
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);

  /** What stays is tried at every second sweep, then at every fourth, and so on up to this. */
  private static final int MOST_SELDOM = 128;

  /** With more than this, a person is told. */
  private static final int MANY = 20;

  private static final long LARGE = 1L << 30;

  /**
   * What is there and cannot be deleted.
   *
   * @param count how often something was put aside
   * @param bytes of its files, as far as they can be read
   */
  public record Left(int count, long bytes) {

    /** Whether a person should see to it. */
    public boolean isMuch() {
      return count > MANY || bytes > LARGE;
    }

    /** For people. */
    public String words() {
      return "%d folders with %s".formatted(count, Sizes.text(bytes));
    }
  }

  private final WorkFolder work;
  private final Path folder;

  /** What could only be renamed where it was. */
  private final Set<Path> siblings = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService sweeping = Threads.timer("sweeping");

  /** At which of the regular sweeps what stayed is tried. */
  private final Map<Path, Integer> seldom = new ConcurrentHashMap<>();

  private volatile boolean isClosed;
  private int sweeps;
  private boolean wasMuch;

  public Quarantine(WorkFolder work) {
    this.work = work;
    this.folder = work.aside();
  }

  /**
   * Begins to delete what was put aside, here and by those before us: all of it now, each addition
   * at once, and what stays every ten minutes at first, and in the end once a day.
   */
  public void start() {
    adopt();
    var unused =
        sweeping.scheduleWithFixedDelay(
            this::sweepRegularly, 0, BETWEEN_SWEEPS.toMinutes(), TimeUnit.MINUTES);
  }

  /** What others could only rename where it was: slots, those of a repository, homes. */
  private void adopt() {
    for (Path top : List.of(work.slots(), work.homes(), work.homesWithSecrets())) {
      for (Path slot : adoptIn(top)) {
        adoptIn(slot).forEach(this::adoptIn);
      }
    }
  }

  /** Returns the other folders. */
  private List<Path> adoptIn(Path folder) {
    List<Path> folders = new ArrayList<>();
    for (Path each : LeftFiles.in(folder)) {
      if (isSibling(each)) {
        siblings.add(each);
      } else if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        folders.add(each);
      }
    }
    return folders;
  }

  /** Whether it has the name of something that was put aside where it was. */
  static boolean isSibling(Path path) {
    return path.getFileName().toString().startsWith(SIBLING);
  }

  /**
   * Takes a file or folder out of the way, with a line in the log; nothing there is fine. Where it
   * cannot be moved, the folders above it are tried, and then whether one can be renamed at least.
   *
   * @param why it could not be deleted, or used
   * @param highest the last of the folders above it that is tried
   * @throws IOException when none of them can be renamed
   */
  void put(Path path, Path highest, IOException why) throws IOException {
    IOException failure = why;
    for (boolean mayStay : new boolean[] {false, true}) {
      for (Path each = path; each != null && each.startsWith(highest); each = each.getParent()) {
        try {
          take(each, mayStay, why);
          return;
        } catch (IOException e) {
          failure = e;
        }
      }
    }
    throw failure;
  }

  /**
   * @param mayStay whether another name where it is will do
   */
  private void take(Path path, boolean mayStay, IOException why) throws IOException {
    Optional<Path> moved = move(path, mayStay);
    if (moved.isPresent()) {
      log.warn("put {} aside, as {}: {}", path, moved.get(), FileTrouble.inWords(why));
      sweepSoon(moved.get());
    }
  }

  /**
   * Takes a folder that nobody needs out of the way, without a word; nothing there is fine.
   *
   * @throws IOException when it cannot be renamed
   */
  void discard(Path path) throws IOException {
    move(path, true).ifPresent(this::sweepSoon);
  }

  /**
   * Deletes what is in a folder beside these, or puts it aside.
   *
   * @param mayStay whether what cannot be moved away may stay there under another name
   * @throws IOException when neither can be done
   */
  void removeAllBut(Set<Path> ours, Path folder, boolean mayStay) throws IOException {
    List<Path> strangers = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        if (!ours.contains(each) && !siblings.contains(each)) {
          strangers.add(each);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new IOException(e.getMessage(), e);
    }
    for (Path each : strangers) {
      try {
        FileTree.delete(each);
      } catch (IOException e) {
        takeOr(each, mayStay, e);
      }
    }
  }

  private void takeOr(Path path, boolean mayStay, IOException why) throws IOException {
    try {
      take(path, mayStay, why);
    } catch (IOException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private Optional<Path> move(Path path, boolean mayStay) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    String name = UlidCreator.getMonotonicUlid().toString();
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      return Optional.of(Files.move(path, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE));
    } catch (IOException e) { // another's folder can have another name, but no other parent
      if (!mayStay) {
        throw e;
      }
      return renamed(path, path.resolveSibling(SIBLING + name));
    }
  }

  private Optional<Path> renamed(Path path, Path to) throws IOException {
    siblings.add(to);
    try {
      return Optional.of(Files.move(path, to, StandardCopyOption.ATOMIC_MOVE));
    } catch (NoSuchFileException e) {
      siblings.remove(to);
      return Optional.empty();
    } catch (IOException e) {
      siblings.remove(to);
      throw e;
    }
  }

  private void sweepSoon(Path added) {
    try {
      sweeping.execute(() -> sweep(added, () -> isClosed));
    } catch (RejectedExecutionException e) {
      log.debug("closed, so it is swept at the next start");
    }
  }

  /** One of the regular sweeps. */
  void sweepRegularly() {
    int count = sweeps++;
    List<Path> all = aside();
    seldom.keySet().retainAll(new HashSet<>(all));
    for (Path each : all) {
      if (count % seldom.getOrDefault(each, 1) == 0) {
        sweep(each, () -> isClosed);
      }
    }
    tell();
  }

  /** Deletes all that goes of what was put aside. */
  void sweep(BooleanSupplier isToStop) {
    aside().forEach(each -> sweep(each, isToStop));
  }

  private List<Path> aside() {
    List<Path> all = new ArrayList<>(siblings);
    all.addAll(LeftFiles.in(folder));
    Collections.sort(all);
    return all;
  }

  private void sweep(Path each, BooleanSupplier isToStop) {
    if (isToStop.getAsBoolean()) {
      return;
    }
    try {
      if (FileTree.deleteWhatGoes(each, isToStop)) {
        siblings.remove(each);
        seldom.remove(each);
        return;
      }
    } catch (IOException | UncheckedIOException e) {
      log.debug("{} stays aside: {}", each, e.toString());
    }
    seldom.merge(each, 2, (before, two) -> Math.min(before * two, MOST_SELDOM));
  }

  private synchronized void tell() {
    Left left = left();
    if (left.isMuch() && !wasMuch) {
      log.warn("{}", words(left));
    }
    wasMuch = left.isMuch();
  }

  private String words(Left left) {
    return "files that runs left cannot be deleted, %s so far: look into %s, and delete them as root"
        .formatted(left.words(), folder);
  }

  private Left left() {
    List<Path> all = aside();
    return new Left(all.size(), LeftFiles.bytes(all));
  }

  /** How much there is in a worker's folder, whether or not a worker uses it now. */
  public static Left leftIn(WorkFolder work) {
    List<Path> all = LeftFiles.in(work.aside());
    return new Left(all.size(), LeftFiles.bytes(all));
  }

  /** Stops sweeping; what is left is swept at the next start. */
  @Override
  public void close() {
    isClosed = true;
    sweeping.shutdownNow();
  }
}
