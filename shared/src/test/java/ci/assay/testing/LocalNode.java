package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.testing.TestBroker.Permissions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node of the RabbitMQ installed on this machine, with ports, data and Erlang port mapper of its
 * own, so that it neither meets a RabbitMQ that runs here nor leaves anything behind.
 */
final class LocalNode implements BrokerNode {

  /** Where Debian keeps the scripts that don't change the user first; then wherever PATH says. */
  private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/bin");

  /**
   * Ends both when its input does, which is when this JVM does, however that happens. Each child
   * leads a process group, so nothing that it started is left.
   */
  private static final String RUN =
      """
      set -m
      epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 </dev/null &
      "$1" </dev/null &
      server=$!
      cat <&0 >/dev/null &
      trap 'kill -TERM -- "-$server"; wait "$server"' TERM
      wait -n
      for group in $(jobs -p); do kill -KILL -- "-$group"; done 2>/dev/null
      wait
      """;

  private final Path folder;
  private final Path scripts;
  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final int tlsPort = Ports.free();
  private final Map<String, String> environment;
  private @Nullable Process process;

  LocalNode(NodeSettings settings) {
    this.scripts = scripts();
    try {
      this.folder = Files.createTempDirectory("assay-broker-");
      Leash.runAfterThisJvm(List.of("sh", "-c", "sleep 3; rm -rf \"$0\"", folder.toString()));
      this.environment = environment();
      Files.writeString(folder.resolve("enabled_plugins"), "[rabbitmq_management].");
      Files.write(folder.resolve("rabbitmq.conf"), lines(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path scripts() {
    Stream<Path> onPath =
        Stream.of(System.getenv("PATH").split(":")).filter(s -> !s.isEmpty()).map(Path::of);
    return Stream.concat(Stream.of(DEBIAN), onPath)
        .filter(each -> Files.isExecutable(each.resolve("rabbitmq-server")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the tests need a broker: install rabbitmq-server (apt-get install"
                        + " rabbitmq-server) or Docker with rabbitmq:4-management, or name one:"
                        + " ASSAY_TEST_BROKER=amqp://…"));
  }

  private Map<String, String> environment() {
    String base = folder.toString();
    return Map.ofEntries(
        Map.entry("HOME", base),
        Map.entry("RABBITMQ_NODENAME", "assay-" + port + "@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(Ports.free())),
        Map.entry("ERL_EPMD_PORT", Integer.toString(Ports.free())),
        Map.entry("RABBITMQ_MNESIA_BASE", base + "/data"),
        Map.entry("RABBITMQ_LOG_BASE", base + "/log"),
        Map.entry("RABBITMQ_PID_FILE", base + "/pid"),
        Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", base + "/enabled_plugins"),
        Map.entry("RABBITMQ_CONFIG_FILE", base + "/rabbitmq.conf"),
        Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
        Map.entry(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"));
  }

  private List<String> lines(NodeSettings settings) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "listeners.tcp.1 = 127.0.0.1:" + port,
                "management.tcp.ip = 127.0.0.1",
                "management.tcp.port = " + managementPort,
                "disk_free_limit.absolute = 50MB",
                "log.file = node.log"));
    lines.addAll(settings.lines("127.0.0.1:" + tlsPort, null));
    return lines;
  }

  @Override
  public BrokerAddress address() {
    return new BrokerAddress(
        false, "127.0.0.1", port, new BrokerLogin("guest", "guest"), "/", null);
  }

  @Override
  public int tlsPort() {
    return tlsPort;
  }

  @Override
  public BrokerAddress emptyVirtualHost(String name) {
    return api().createVirtualHost(address(), name);
  }

  @Override
  public BrokerAddress withUser(BrokerAddress on, String user, Permissions permissions) {
    return api().createUser(on, user, permissions);
  }

  @Override
  public void importDefinitions(Path file) {
    api().importDefinitions(file);
  }

  private ManagementApi api() {
    return new ManagementApi("127.0.0.1", managementPort, "guest", "guest");
  }

  @Override
  public synchronized void start() {
    process = run(folder.resolve("console.log"), "bash", "-c", RUN, "node", script("server"));
  }

  @Override
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public synchronized void stop() {
    if (process != null) {
      process.destroy();
      awaitEnd(process);
    }
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      awaitEnd(process);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted((a, b) -> b.compareTo(a)).forEach(each -> each.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String ctl(String... arguments) {
    try {
      Path output = Files.createTempFile(folder, "ctl", ".out");
      List<String> command = new ArrayList<>(List.of(script("ctl"), "--quiet"));
      command.addAll(List.of(arguments));
      Process ctl = run(output, command.toArray(String[]::new));
      awaitEnd(ctl);
      String printed = Files.readString(output);
      if (ctl.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String script(String name) {
    return scripts.resolve(name.equals("ctl") ? "rabbitmqctl" : "rabbitmq-" + name).toString();
  }

  private Process run(Path output, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("does not end: " + process.info().commandLine());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** With the last of what it printed, for when it does not come up. */
  @Override
  public String toString() {
    return "local RabbitMQ on port " + port + lastWords();
  }

  private String lastWords() {
    try {
      if (isAlive() || process == null) {
        return "";
      }
      return ": " + Files.readString(folder.resolve("console.log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
