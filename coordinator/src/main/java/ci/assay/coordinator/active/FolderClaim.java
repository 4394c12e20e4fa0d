package ci.assay.coordinator.active;

import ci.assay.broker.BrokerQueues;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.common.PrivateFiles;
import ci.assay.common.Texts;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator's claim to write a results folder. Coordinators that consume the same queues may
 * share a folder: the broker makes only one of them active, even when another one is stopped or cut
 * off and cannot release anything. Coordinators on different queues would all be active, so the
 * first one excludes the others. Each claim is a locked file in the folder {@code .coordinators};
 * the system releases the lock when the process dies.
 */
public final class FolderClaim implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderClaim.class);

  private static final String FOLDER = ".coordinators";

  /**
   * The lock file that is held while a claim is made, so that one of two simultaneous claims sees
   * the other.
   */
  private static final String TURN = "turn";

  private static final Duration TURN_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int LONGEST = 64 * 1024;

  /**
   * The claims of this process: opening and closing another channel on their files would release
   * the locks.
   */
  private static final Map<Path, Holder> OWN = new ConcurrentHashMap<>();

  private final Path file;
  private final @Nullable FileChannel held;

  private FolderClaim(Path file, @Nullable FileChannel held) {
    this.file = file;
    this.held = held;
  }

  /**
   * The process that made a claim.
   *
   * @param coordinator the coordinator's name and a random part
   * @param queues the queues that it consumes
   */
  public record Holder(
      String coordinator, long pid, String host, Instant since, BrokerQueues queues) {

    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    /** A holder for this process. */
    public static Holder here(String coordinator, Instant since, BrokerQueues queues) {
      return new Holder(
          coordinator,
          ProcessHandle.current().pid(),
          hostName(),
          Names.millis("since", since),
          queues);
    }

    private static String hostName() {
      try {
        return Files.readString(HOST).strip();
      } catch (IOException e) {
        return "localhost";
      }
    }
  }

  /**
   * Claims a folder, which must be writable. On a file system without locks this logs a warning and
   * the claim excludes nobody.
   *
   * @throws CannotRunException when a coordinator on other queues holds a claim; the message names
   *     it
   */
  public static FolderClaim take(ResultsFolder folders, Holder holder) throws InterruptedException {
    Path folder = folders.root().resolve(FOLDER);
    Path file = folder.resolve(UUID.randomUUID().toString());
    try {
      Files.createDirectories(folder);
      synchronized (FolderClaim.class) {
        try (FileChannel turn = open(folder.resolve(TURN), StandardOpenOption.CREATE);
            FileLock unused = inTurn(turn, folder)) {
          for (Path other : ResultsFolder.list(folder)) {
            requireSameQueues(folders, other, holder);
          }
          return new FolderClaim(file, write(file, holder));
        }
      }
    } catch (IOException e) {
      log.warn(
          "cannot tell whether another coordinator writes {}: {}", folders.root(), e.toString());
      return new FolderClaim(file, null);
    }
  }

  /**
   * Claims a folder for this process alone, without a broker: for commands that change old results.
   * While it is held, no coordinator can start on the folder.
   *
   * @param what the name of this process in messages
   * @throws CannotRunException when a coordinator holds a claim, which the message names, or the
   *     file system has no locks
   */
  public static FolderClaim takeAlone(ResultsFolder folders, String what, Instant since)
      throws InterruptedException {
    BrokerQueues none = new BrokerQueues(null, "no broker (" + UUID.randomUUID() + ")");
    FolderClaim claim = take(folders, Holder.here(what, since, none));
    if (claim.held == null) {
      throw new CannotRunException(
          "cannot tell whether a coordinator writes %s: its file system has no locks"
              .formatted(folders.root()));
    }
    return claim;
  }

  private static FileChannel open(Path file, StandardOpenOption how) throws IOException {
    return PrivateFiles.open(file, how, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static FileLock inTurn(FileChannel turn, Path folder)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TURN_LIMIT.toNanos();
    FileLock lock = turn.tryLock();
    while (lock == null) {
      if (System.nanoTime() - end > 0) {
        throw new CannotRunException(
            "another process has been starting on %s for %d seconds; end it if it is stopped"
                .formatted(folder.getParent(), TURN_LIMIT.toSeconds()));
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      lock = turn.tryLock();
    }
    return lock;
  }

  private static FileChannel write(Path file, Holder holder) throws IOException {
    FileChannel channel = open(file, StandardOpenOption.CREATE_NEW);
    try {
      FileLock unused = channel.lock();
      ByteBuffer content = ByteBuffer.wrap(Codec.json(holder));
      while (content.hasRemaining()) {
        channel.write(content);
      }
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    OWN.put(file, holder);
    return channel;
  }

  private static void requireSameQueues(ResultsFolder folders, Path file, Holder mine)
      throws IOException {
    Holder other = OWN.get(file);
    if (other == null && !String.valueOf(file.getFileName()).equals(TURN)) {
      other = livingHolder(file);
    }
    if (other != null && !other.queues().areThoseOf(mine.queues())) {
      throw new CannotRunException(
          ("results folder %s is written by another coordinator, %s: process %d on %s, since %s, at"
                  + " %s; a folder has one writer: stop that one first, or name another folder")
              .formatted(
                  folders.root(),
                  other.coordinator(),
                  other.pid(),
                  other.host(),
                  Texts.time(other.since()),
                  other.queues().address()));
    }
  }

  /**
   * The holder of the lock on a claim's file. When nobody holds it, deletes the file and returns
   * null.
   */
  private static @Nullable Holder livingHolder(Path file) throws IOException {
    try (FileChannel channel = open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
        return null;
      }
      return channel.size() > LONGEST
          ? null
          : Codec.fromJson(Files.readAllBytes(file), Holder.class);
    } catch (NoSuchFileException e) {
      return null; // its coordinator ended meanwhile
    } catch (InvalidInputException | OverlappingFileLockException e) {
      log.debug("cannot tell who holds {}: {}", file, e.toString());
      return null;
    }
  }

  @Override
  public void close() {
    OWN.remove(file);
    try (FileChannel channel = held) {
      if (channel != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.debug("the claim was not released: {}", e.toString());
    }
  }
}
