package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.embedded.StandaloneBroker;
import ci.assay.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The embedded broker in a process of its own, so that it can be killed. */
final class EmbeddedProcess implements ChaosBroker {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String PASSWORD = "chaos";

  private final Path data;
  private final Path output;
  private final int port = Ports.free();
  private Process process;

  private EmbeddedProcess(Path data) throws IOException {
    this.data = Files.createDirectories(data);
    this.output = data.resolve("output");
    this.process = launch();
  }

  static EmbeddedProcess in(Path data) throws IOException {
    EmbeddedProcess broker = new EmbeddedProcess(data);
    broker.awaitUp();
    return broker;
  }

  @Override
  public BrokerAddress address() {
    return StandaloneBroker.address(port, PASSWORD);
  }

  @Override
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void start() {
    process = launch();
    awaitUp();
  }

  /** The embedded broker counts unacknowledged messages too; see EmbeddedBrokerTest. */
  @Override
  public Map<String, Long> messages() throws Exception {
    return Mischief.onChannel(
        address(),
        channel -> {
          Map<String, Long> counts = new HashMap<>();
          for (String queue : Mischief.QUEUES) {
            counts.put(queue, channel.messageCount(queue));
          }
          return counts;
        });
  }

  @Override
  public void close() {
    kill();
  }

  private Process launch() {
    try {
      Files.deleteIfExists(output);
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              StandaloneBroker.class.getName(),
              data.toString(),
              Integer.toString(port),
              PASSWORD)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitUp() {
    Awaitility.await()
        .atMost(START_LIMIT)
        .failFast(() -> !process.isAlive())
        .until(() -> Files.readString(output).contains(StandaloneBroker.UP));
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the broker does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "the embedded broker in a process of its own";
  }
}
