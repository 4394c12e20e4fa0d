package ci.assay.model.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The manifest of a run's artifacts, as the worker sends it. Their contents travel as one file, one
 * after another in the order of this list.
 */
public record ArtifactList(int version, List<Artifact> files) {

  /** The version that this code writes and the only one that it reads. */
  public static final int VERSION = 1;

  /** The most artifacts of one run. */
  public static final int MOST_FILES = 5_000;

  /** The most bytes of a manifest. */
  public static final int MOST_BYTES = 8 << 20;

  public ArtifactList {
    if (version != VERSION) {
      throw new InvalidInputException(
          "version %d of a manifest is not understood; this Assay reads version %d"
              .formatted(version, VERSION));
    }
    Names.present("files", files);
    files = List.copyOf(files);
    if (files.size() > MOST_FILES) {
      throw new InvalidInputException(
          "a manifest has %d files; at most %d are allowed".formatted(files.size(), MOST_FILES));
    }
    Set<String> paths = new HashSet<>();
    for (Artifact each : files) {
      if (!paths.add(each.path())) {
        throw new InvalidInputException("artifact '%s' is listed twice".formatted(each.path()));
      }
    }
  }

  /** The artifacts of a run. */
  public ArtifactList(List<Artifact> files) {
    this(VERSION, files);
  }

  /** The bytes of all contents together. */
  public long bytes() {
    return files.stream().mapToLong(Artifact::size).reduce(0, ArtifactList::added);
  }

  private static long added(long left, long right) {
    try {
      return Math.addExact(left, right);
    } catch (ArithmeticException e) {
      throw new InvalidInputException("the sizes in a manifest are too large", e);
    }
  }
}
