package ci.assay.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * A run of the tests of all modules, whose JVMs share one local node; the first JVM that needs the
 * node starts it. The node ends with the run, even when that is killed, since it reads from a named
 * pipe that only the run holds open.
 *
 * @param folder the run's folder, with that pipe; its creator deletes it
 */
record TestRun(Path folder) {

  /**
   * The variable in which {@code ./dev test} passes the folder; without it each JVM has a node of
   * its own.
   */
  static final String VARIABLE = "ASSAY_TEST_RUN";

  private static final String PORTS = "ports.properties";

  static Optional<TestRun> fromEnvironment() {
    String folder = System.getenv(VARIABLE);
    return folder == null || folder.isEmpty()
        ? Optional.empty()
        : Optional.of(new TestRun(Path.of(folder)));
  }

  Path lifeline() {
    return folder.resolve("lifeline");
  }

  Path nodeFolder() {
    return folder.resolve("broker");
  }

  /**
   * The node, ready for connections. Waits when another JVM is starting it.
   *
   * @param start starts the node and waits until it is up
   */
  LocalNode node(Consumer<LocalNode> start) {
    try (FileChannel file =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (!lock.isValid()) {
        throw new IllegalStateException("no lock on " + folder);
      }
      Path ports = folder.resolve(PORTS);
      return Files.exists(ports) ? LocalNode.joined(this, read(ports)) : started(start, ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Claims a name; returns whether no JVM of this run had claimed it before. */
  boolean claim(String name) {
    try {
      Files.createFile(folder.resolve(name));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LocalNode started(Consumer<LocalNode> start, Path ports) throws IOException {
    LocalNode node = LocalNode.of(this);
    start.accept(node);
    Path half = folder.resolve(PORTS + ".new");
    try (OutputStream out = Files.newOutputStream(half)) {
      node.ports().asProperties().store(out, null);
    }
    Files.move(half, ports, StandardCopyOption.ATOMIC_MOVE);
    return node;
  }

  private static LocalPorts read(Path ports) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(ports)) {
      properties.load(in);
    }
    return LocalPorts.from(properties);
  }
}
