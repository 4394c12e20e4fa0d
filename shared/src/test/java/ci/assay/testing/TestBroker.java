package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real broker for tests. The environment variable {@code ASSAY_TEST_BROKER} selects it:
 *
 * <ul>
 *   <li>{@code docker}: a container of {@code rabbitmq:4-management};
 *   <li>{@code local}: a private node of the {@code rabbitmq-server} installed here; in {@code
 *       ./dev test} all JVMs share one;
 *   <li>{@code amqp://…}: the broker at that address, for {@link #shared}, one test at a time;
 *       everything of Assay's on it is deleted;
 *   <li>unset: {@code docker} where an engine answers and has the image, else {@code local}.
 * </ul>
 *
 * Without any broker the test fails and says what to install; it is never skipped. A broker that
 * was started here ends with this JVM, or with the test run that shares it, even when that is
 * killed. Safe for use by many threads.
 */
public final class TestBroker implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private static @Nullable TestBroker shared;
  private static @Nullable TestBroker administered;

  private final BrokerNode node;

  private TestBroker(BrokerNode node) {
    this.node = node;
  }

  /**
   * The broker that all tests of this JVM share, perhaps with those of other JVMs; started at the
   * first call. A test may count or list only what is in its own virtual host.
   */
  public static synchronized TestBroker shared() {
    if (shared == null) {
      shared = new TestBroker(BrokerChoice.fromEnvironment().shared());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "shared broker's end"));
    }
    return shared;
  }

  /**
   * The shared broker, if it was started here. If a person gave the shared one, another broker that
   * all tests of this JVM share, so that the person's users and virtual hosts are not touched.
   */
  public static synchronized TestBroker administered() {
    if (!BrokerChoice.fromEnvironment().isGiven()) {
      return shared();
    }
    if (administered == null) {
      administered = owned();
      Runtime.getRuntime().addShutdownHook(new Thread(administered::close, "broker's end"));
    }
    return administered;
  }

  /** A broker of the caller's own, to stop, kill and start again; the caller closes it. */
  public static TestBroker owned() {
    return owned(NodeSettings.DEFAULT);
  }

  /**
   * An owned broker with more lines for {@code rabbitmq.conf}.
   *
   * @param configuration {@code key = value} lines
   */
  public static TestBroker owned(List<String> configuration) {
    return owned(new NodeSettings(configuration, null));
  }

  /** An owned broker that also accepts TLS connections, at {@link #tlsAddress}. */
  public static TestBroker owned(TestCertificates certificates) {
    return owned(new NodeSettings(List.of(), certificates));
  }

  private static TestBroker owned(NodeSettings settings) {
    return new TestBroker(BrokerChoice.fromEnvironment().owned(settings));
  }

  /** The broker's address, with an administrator's login and the default virtual host. */
  public BrokerAddress address() {
    return node.address();
  }

  /** The address for TLS, trusting the JDK's authorities. */
  public BrokerAddress tlsAddress() {
    BrokerAddress plain = address();
    return new BrokerAddress(
        true,
        "localhost",
        node.tlsPort(),
        new BrokerLogin(plain.user(), plain.password()),
        plain.virtualHost(),
        null);
  }

  /**
   * An empty virtual host for the caller alone, so that tests do not see each other's queues. On a
   * broker that a person gave, it is the given virtual host, emptied.
   */
  public BrokerAddress newVirtualHost() {
    return node.emptyVirtualHost("test-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * Adds or changes a user, with these permissions on a virtual host.
   *
   * @return the same address with the login of that user
   */
  public BrokerAddress withUser(BrokerAddress on, String user, Permissions permissions) {
    return node.withUser(on, user, permissions);
  }

  /** The regular expressions of RabbitMQ's {@code set_permissions}. */
  public record Permissions(String configure, String write, String read) {
    public static final Permissions ALL = new Permissions(".*", ".*", ".*");
  }

  /** Imports users, permissions, queues and so on from a RabbitMQ definitions file. */
  public void importDefinitions(Path file) {
    node.importDefinitions(file);
  }

  /** Runs {@code rabbitmqctl} on the broker and returns its output; takes a second or more. */
  public String ctl(String... arguments) {
    return node.ctl(arguments);
  }

  /**
   * Starts the broker again after {@link #stop} or {@link #kill}, on the same port with the same
   * data.
   */
  public void start() {
    node.start();
    node.awaitReady(START_LIMIT);
  }

  /** Stops the broker gracefully. */
  public void stop() {
    node.stop();
  }

  /**
   * Ends the broker like a power cut, after making it flush its list of queues: RabbitMQ writes
   * that list late, and a queue that was declared a second before a crash can come back empty and
   * without a leader, forever. (Seen on 3.10.8 and 4.0.5; docs/operations.md says what to do.)
   */
  public void kill() {
    node.ctl("eval", "[dets:sync(Each) || Each <- dets:all()], mnesia:sync_log().");
    node.kill();
  }

  @Override
  public void close() {
    node.close();
  }

  /** Names this broker, for people. */
  @Override
  public String toString() {
    return node.toString();
  }
}
