package ci.assay.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The way out of one sandbox: slirp4netns, which needs no rights and leaves this machine's loopback
 * out of reach.
 */
final class UserNetwork implements AutoCloseable {

  /** What names are asked of, as slirp4netns has it. */
  static final String RESOLVER = "nameserver 10.0.2.3\n";

  private static final Duration READY_LIMIT = Duration.ofSeconds(10);

  private static final String SCRIPT =
      "exec 3>\"$1\"; exec slirp4netns --configure --mtu=65520 --disable-host-loopback"
          + " --ready-fd=3 \"$2\" tap0";

  private final Process process;

  private UserNetwork(Process process) {
    this.process = process;
  }

  /**
   * Connects a sandbox, and waits until it is.
   *
   * @param child a process in it
   * @param ready a file that is not there yet
   * @throws IOException when that fails, or takes more than ten seconds
   */
  static UserNetwork connect(long child, Path ready) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("setsid", "sh", "-c", SCRIPT, "sh", ready.toString(), Long.toString(child)));
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    UserNetwork network = new UserNetwork(builder.start());
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
        throw new IOException("slirp4netns does not connect the sandbox to the network");
      }
      TimeUnit.MILLISECONDS.sleep(2);
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
  }
}
