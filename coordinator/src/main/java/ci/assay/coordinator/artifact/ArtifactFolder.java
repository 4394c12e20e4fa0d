package ci.assay.coordinator.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The artifacts in a job's folder: {@code artifacts.json} lists them, {@code artifacts.bin} has
 * their contents one after another. So no name that a run chose is ever the name of a file here.
 * The list is written last: if it exists, the contents are whole, unless it says otherwise.
 *
 * @param job the folder of the job
 */
public record ArtifactFolder(Path job) {

  /** An indented list is longer than what was sent. */
  private static final long MOST_BYTES = 2L * ArtifactList.MOST_BYTES;

  /** The file with the list. */
  public Path list() {
    return job.resolve("artifacts.json");
  }

  /** The file with the contents. */
  public Path contents() {
    return job.resolve("artifacts.bin");
  }

  /**
   * The stored artifacts; empty when none are stored.
   *
   * @throws InvalidInputException when the file with the list is damaged
   */
  public Optional<StoredArtifacts> read() throws IOException {
    try {
      if (Files.size(list()) > MOST_BYTES) {
        throw new InvalidInputException(list() + ": it is longer than a list can be");
      }
      return Optional.of(Codec.fromJson(Files.readAllBytes(list()), StoredArtifacts.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(list() + ": " + e.getMessage(), e);
    }
  }

  /** The content of one artifact; the caller closes it. */
  public InputStream open(StoredArtifacts.Located one) throws IOException {
    return open(one, 0, one.artifact().size());
  }

  /**
   * A part of the content of one artifact; the caller closes it.
   *
   * @param from the part's first byte; the part lies within the artifact
   */
  public InputStream open(StoredArtifacts.Located one, long from, long length) throws IOException {
    return FileSection.open(contents(), one.offset() + from, length);
  }
}
