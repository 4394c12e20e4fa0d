package ci.assay.worker.spool;

import ci.assay.common.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files of the {@link Spool}: one per run, named after its id, so that they sort by age. A file
 * is flushed to disk when {@link #write} returns. Thread-safe.
 */
record SpoolFolder(Path path) {

  private static final String SUFFIX = ".json";

  Path file(String run) {
    return path.resolve(run + SUFFIX);
  }

  private Path refused() {
    return path.resolve(".refused");
  }

  /** All result files, the oldest first. */
  List<Path> files() throws IOException {
    Files.createDirectories(path);
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*" + SUFFIX)) {
      files.forEach(found::add);
    }
    Collections.sort(found);
    return found;
  }

  byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  /**
   * Writes a file directly under its name; a partial file is recognised when it is read.
   *
   * @throws IOException when it could not be written; no file is left then
   */
  void write(String run, byte[] content) throws IOException {
    Path file = file(run);
    try {
      try (FileChannel channel =
          PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Removes a file. If it reappears after a power failure, it is delivered once more. */
  void delete(String run) throws IOException {
    Files.deleteIfExists(file(run));
  }

  /** Moves a file aside, for people to look at; returns its new path. */
  Path setAside(Path file) throws IOException {
    Path refused = Files.createDirectories(refused());
    Path kept = refused.resolve(file.getFileName());
    return Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether a run's result is not confirmed yet. */
  boolean isOwed(String run) {
    return Files.exists(file(run));
  }

  boolean hasSetAside(String run) {
    return Files.exists(refused().resolve(run + SUFFIX));
  }
}
