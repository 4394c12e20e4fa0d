package ci.assay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small disk that is easily filled: a file system in memory, which only root may mount. */
public final class SmallDisk implements AutoCloseable {

  private static final int ROOT = 0;

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /**
   * Mounts a small disk.
   *
   * @param path the mount point
   * @return empty, after a line on standard error, for any user but root
   * @throws AssertionError when root may not mount it either: a container needs CAP_SYS_ADMIN
   */
  public static Optional<SmallDisk> mount(Path path, int mebibytes)
      throws IOException, InterruptedException {
    Files.createDirectories(path);
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT)) {
      System.err.println("NOT TESTED, since only root may mount a small disk: " + path);
      return Optional.empty();
    }
    run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "assay-test", path.toString());
    return Optional.of(new SmallDisk(path));
  }

  public Path path() {
    return path;
  }

  /** Fills the disk to the last byte; returns the file that does so. */
  public Path fill() throws IOException {
    Path file = path.resolve("fills-the-disk");
    try (var out = Files.newOutputStream(file)) {
      byte[] block = new byte[4_096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
      return file;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "--lazy", path.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said.strip()).isZero();
  }
}
