package ci.assay.worker.artifact;

import ci.assay.common.PrivateFiles;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two files of a run's artifacts on the worker's disk: their contents, one after another, and
 * the manifest that lists them. They are created with the first artifact. Not thread-safe.
 */
public final class ArtifactFiles implements AutoCloseable {

  private final Path contents;
  private final Path manifest;
  private final List<Artifact> kept = new ArrayList<>();
  private @Nullable FileChannel channel;
  private long bytes;

  public ArtifactFiles(Path contents, Path manifest) {
    this.contents = contents;
    this.manifest = manifest;
  }

  /** The bytes of all artifacts that were added. */
  long bytes() {
    return bytes;
  }

  /** How many artifacts were added. */
  int count() {
    return kept.size();
  }

  /** Appends a part of an artifact that is not added yet. */
  void write(byte[] part, int length) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(part, 0, length);
    while (left.hasRemaining()) {
      open().write(left);
    }
  }

  /** Adds an artifact whose content was written since the last one. */
  void add(Artifact one) throws IOException {
    kept.add(one);
    bytes += one.size();
    if (open().size() != bytes) {
      throw new IOException(contents + " has other bytes than were written");
    }
  }

  /** Forgets what was written since the last artifact. */
  void drop() throws IOException {
    if (channel != null) {
      channel.truncate(bytes).position(bytes);
    }
  }

  /**
   * Writes the manifest, and flushes both files to disk.
   *
   * @return the length of the manifest; 0 when there are no artifacts, and then no files either
   */
  long finish() throws IOException {
    if (kept.isEmpty()) {
      discard();
      return 0;
    }
    open().force(true);
    byte[] json = Codec.json(list());
    try (FileChannel list =
        PrivateFiles.open(manifest, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(json);
      while (left.hasRemaining()) {
        list.write(left);
      }
      list.force(true);
    }
    return json.length;
  }

  /** The artifacts that were added. */
  ArtifactList list() {
    return new ArtifactList(kept);
  }

  /** Deletes both files. */
  void discard() throws IOException {
    close();
    Files.deleteIfExists(contents);
    Files.deleteIfExists(manifest);
  }

  private FileChannel open() throws IOException {
    if (channel == null) {
      channel =
          PrivateFiles.open(contents, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
