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
 * A node of the RabbitMQ installed on this machine, with its own ports, data and Erlang port
 * mapper, so that it does not interfere with another RabbitMQ on this machine and leaves nothing
 * behind.
 */
final class LocalNode implements BrokerNode {

  /**
   * Debian's folder with the scripts that do not change the user; without it, the PATH is searched.
   */
  private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/bin");

  /**
   * Ends both processes when its input ends, which is when this JVM ends for any reason. Each child
   * leads a process group, so that none of its own children is left.
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
  private final Path scripts = scripts();
  private final LocalPorts ports;
  private final Map<String, String> environment;

  /** The node ends when no process holds the other end of this pipe; null to end with this JVM. */
  private final @Nullable Path lifeline;

  private @Nullable Process process;

  /** A node that ends with this JVM. */
  LocalNode(NodeSettings settings) {
    this(newFolder(), LocalPorts.free(), null);
    write(settings);
  }

  /** A node, not started yet, that lives as long as the test run. */
  static LocalNode of(TestRun run) {
    LocalNode node = new LocalNode(run.nodeFolder(), LocalPorts.free(), run.lifeline());
    node.write(NodeSettings.DEFAULT);
    return node;
  }

  /** The node of the test run that another JVM started. */
  static LocalNode joined(TestRun run, LocalPorts ports) {
    return new LocalNode(run.nodeFolder(), ports, run.lifeline());
  }

  private LocalNode(Path folder, LocalPorts ports, @Nullable Path lifeline) {
    this.folder = folder;
    this.ports = ports;
    this.lifeline = lifeline;
    this.environment = environment();
  }

  private static Path newFolder() {
    try {
      Path folder = Files.createTempDirectory("assay-broker-");
      Leash.runAfterThisJvm(List.of("sh", "-c", "sleep 3; rm -rf \"$0\"", folder.toString()));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(NodeSettings settings) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("enabled_plugins"), "[rabbitmq_management].");
      Files.write(folder.resolve("rabbitmq.conf"), lines(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LocalPorts ports() {
    return ports;
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
        Map.entry("RABBITMQ_NODENAME", "assay-" + ports.amqp() + "@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(ports.erlang())),
        Map.entry("ERL_EPMD_PORT", Integer.toString(ports.epmd())),
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
                "listeners.tcp.1 = 127.0.0.1:" + ports.amqp(),
                "management.tcp.ip = 127.0.0.1",
                "management.tcp.port = " + ports.management(),
                "disk_free_limit.absolute = 50MB",
                "log.file = node.log"));
    lines.addAll(settings.lines("127.0.0.1:" + ports.tls(), null));
    return lines;
  }

  @Override
  public BrokerAddress address() {
    return new BrokerAddress(
        false, "127.0.0.1", ports.amqp(), new BrokerLogin("guest", "guest"), "/", null);
  }

  @Override
  public int tlsPort() {
    return ports.tls();
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
    return new ManagementApi("127.0.0.1", ports.management(), "guest", "guest");
  }

  @Override
  public synchronized void start() {
    Path console = folder.resolve("console.log");
    process = run(lifeline, console, "bash", "-c", RUN, "node", script("server"));
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

  /** Ends the node, unless it belongs to the whole test run. */
  @Override
  public void close() {
    if (lifeline != null) {
      return;
    }
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
      Process ctl = run(null, output, command.toArray(String[]::new));
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

  private Process run(@Nullable Path input, Path output, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
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

  /** Includes the last lines of its output, for when it does not come up. */
  @Override
  public String toString() {
    return "local RabbitMQ on port " + ports.amqp() + lastLogLines();
  }

  private String lastLogLines() {
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
