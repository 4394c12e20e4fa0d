package ci.assay.coordinator.retention;

import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.artifact.ArtifactFolder;
import ci.assay.coordinator.artifact.ExpiryNotes;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.model.JobId;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the contents of artifacts whose time is over; their list stays, and says so. It may be
 * interrupted at any moment and repeated.
 */
public final class ArtifactRemoval {

  /** How many jobs one {@link #sweep} looks at. */
  static final int MOST = 200;

  /** A note without artifacts is not removed sooner: they may be about to be stored. */
  private static final Duration BEING_STORED = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(ArtifactRemoval.class);

  private final ResultsFolder folders;
  private final Disk disk;
  private final InstantSource clock;
  private final ExpiryNotes notes;

  public ArtifactRemoval(ResultsFolder folders, Disk disk, InstantSource clock) {
    this.folders = folders;
    this.disk = disk;
    this.clock = clock;
    this.notes = new ExpiryNotes(folders.root());
  }

  /** Removes what was to be kept until yesterday or earlier, of some jobs. */
  public void sweep() {
    try {
      Instant now = clock.instant();
      int count = 0;
      for (Path note : notes.due(now, MOST)) {
        count += settle(note, now) ? 1 : 0;
      }
      if (count > 0) {
        log.info("removed the artifacts of {} runs, whose time is over", count);
      }
    } catch (IOException e) {
      log.warn("cannot remove old artifacts: {}", e.toString());
    }
  }

  private boolean settle(Path note, Instant now) throws IOException {
    Optional<JobId> job = ExpiryNotes.read(note);
    if (job.isEmpty()) {
      Files.deleteIfExists(note);
      return false;
    }
    ArtifactFolder place = new ArtifactFolder(folders.job(job.get()));
    Optional<StoredArtifacts> stored;
    try {
      stored = place.read();
    } catch (InvalidInputException e) {
      log.warn("left alone: {}", e.getMessage());
      Files.deleteIfExists(note);
      return false;
    }
    if (stored.isEmpty()) {
      if (Files.getLastModifiedTime(note).toInstant().plus(BEING_STORED).isBefore(now)) {
        Files.deleteIfExists(note);
      }
      return false;
    }
    Instant until = stored.get().keptUntil();
    boolean isOver = until != null && !until.isAfter(now);
    if (isOver) {
      remove(disk, place, now);
    }
    Files.deleteIfExists(note);
    return isOver;
  }

  /** How many bytes {@link #remove} would free. */
  static long bytes(ArtifactFolder place) throws IOException {
    try {
      return Files.size(place.contents());
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Removes the contents of a job's artifacts, if there are any. This is on disk afterwards. */
  static void remove(Disk disk, ArtifactFolder place, Instant now) throws IOException {
    Optional<StoredArtifacts> stored = place.read();
    if (stored.isEmpty()) {
      return; // they are being stored
    }
    if (stored.get().isThere()) {
      byte[] without = Codec.jsonFile(stored.get().removedAt(now));
      disk.replace(place.list(), out -> out.write(without));
      disk.sync(place.job());
      CrashPoint.PRUNE_ARTIFACTS_LISTED.reached();
    }
    if (Files.deleteIfExists(place.contents())) {
      disk.sync(place.job());
    }
  }
}
