package ci.assay.model.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code artifacts.json}: the artifacts that are stored beside a result.
 *
 * @param version 1
 * @param run the run that left them
 * @param keptUntil when their contents may be removed; null if there are none
 * @param removedAt when their contents were removed; null while they are there
 * @param trouble why nothing could be stored, although the worker sent artifacts; else null
 * @param files in the order of their contents
 */
public record StoredArtifacts(
    int version,
    String run,
    @Nullable Instant keptUntil,
    @Nullable Instant removedAt,
    @Nullable String trouble,
    List<Artifact> files) {

  public static final int VERSION = 1;

  public StoredArtifacts {
    if (version != VERSION) {
      throw new InvalidInputException(
          "version %d of 'artifacts.json' is not understood; this Assay reads version %d"
              .formatted(version, VERSION));
    }
    Names.require("run", run);
    files = new ArtifactList(files).files();
  }

  /** Artifacts whose contents are stored. */
  public static StoredArtifacts of(String run, ArtifactList list, Instant keptUntil) {
    return new StoredArtifacts(VERSION, run, keptUntil, null, null, list.files());
  }

  /** That none could be stored. */
  public static StoredArtifacts unusable(String run, String why) {
    return new StoredArtifacts(VERSION, run, null, null, why, List.of());
  }

  /** The same when the contents were removed. */
  public StoredArtifacts removedAt(Instant when) {
    return new StoredArtifacts(version, run, keptUntil, when, trouble, files);
  }

  /** Whether the contents can be read. */
  public boolean isThere() {
    return removedAt == null && trouble == null;
  }

  /** The bytes of all contents together. */
  public long bytes() {
    return new ArtifactList(files).bytes();
  }

  /**
   * An artifact and where its content is.
   *
   * @param offset of its first byte in the contents of all
   */
  public record Located(Artifact artifact, long offset) {}

  /** The artifact with a path. */
  public Optional<Located> find(String path) {
    long offset = 0;
    for (Artifact each : files) {
      if (each.path().equals(path)) {
        return Optional.of(new Located(each, offset));
      }
      offset += each.size();
    }
    return Optional.empty();
  }
}
