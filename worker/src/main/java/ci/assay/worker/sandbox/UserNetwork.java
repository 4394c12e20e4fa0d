package ci.assay.worker.sandbox;

import ci.assay.program.Scripts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network access of one sandbox: slirp4netns, which needs no privileges and does not give
 * access to this machine's loopback interface.
 */
final class UserNetwork implements AutoCloseable {

  /** The address of the DNS server that slirp4netns provides. */
  static final String RESOLVER = "nameserver 10.0.2.3\n";

  private static final Logger log = LoggerFactory.getLogger(UserNetwork.class);

  /** A line of slirp4netns that does not help. */
  private static final String CHILD_FAILED = "child failed";

  private static final Duration READY_LIMIT = Duration.ofSeconds(10);

  private static final String SCRIPT = Scripts.load(UserNetwork.class, "join-network.pl");

  private final Process process;
  private final Path outputFile;

  private UserNetwork(Process process, Path outputFile) {
    this.process = process;
    this.outputFile = outputFile;
  }

  /**
   * Connects a sandbox and waits until it is connected.
   *
   * @param child the id of a process in the sandbox
   * @param ready a file that does not exist yet; it is created when the sandbox is connected
   * @throws IOException when that fails, or takes more than ten seconds
   */
  static UserNetwork connect(long child, Path ready) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("setsid", "perl", "-e", SCRIPT, ready.toString(), Long.toString(child)));
    Path outputFile = ready.resolveSibling(ready.getFileName() + ".outputFile");
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(outputFile.toFile());
    UserNetwork network = new UserNetwork(builder.start(), outputFile);
    try {
      network.awaitReady(ready);
      return network;
    } catch (IOException | InterruptedException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private void awaitReady(Path ready) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!Files.exists(ready) || Files.size(ready) == 0) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "slirp4netns does not connect the sandbox to the network" + complaint());
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** The last helpful line of its output. */
  private String complaint() {
    try (Stream<String> lines = Files.lines(outputFile, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith(CHILD_FAILED))
          .reduce((one, next) -> next)
          .map(line -> ": " + line)
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(outputFile);
    } catch (IOException e) {
      log.debug("{} stays until the next start: {}", outputFile, e.toString());
    }
  }
}
