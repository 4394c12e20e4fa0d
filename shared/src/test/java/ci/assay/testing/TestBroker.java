package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real broker for tests. Which one, the environment variable {@code ASSAY_TEST_BROKER} says:
 *
 * <ul>
 *   <li>{@code docker}: a container of {@code rabbitmq:4-management};
 *   <li>{@code local}: a private node of the {@code rabbitmq-server} installed here; in {@code
 *       ./dev test} all JVMs share one;
 *   <li>{@code amqp://…}: that one, for {@link #shared}, one test at a time; everything of ours on
 *       it is deleted;
 *   <li>unset: {@code docker} where an engine answers and has the image, else {@code local}.
 * </ul>
 *
 * Where none can be had the test fails and says what to install: nothing is ever skipped. A broker
 * that was started here ends with this JVM, or with the run that shares it, even when that is
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
   * The broker that all tests of this JVM share, and maybe those of others; started at the first
   * call. What is counted or listed on it is to be of the test's own virtual host alone.
   */
  public static synchronized TestBroker shared() {
    if (shared == null) {
      shared = new TestBroker(BrokerChoice.fromEnvironment().shared());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "shared broker's end"));
    }
    return shared;
  }

  /**
   * The same where it was started here; where a person named the shared one, another that all tests
   * of this JVM share, so that nobody's users and virtual hosts are touched.
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
   * The same with more lines for {@code rabbitmq.conf}.
   *
   * @param configuration {@code key = value} lines
   */
  public static TestBroker owned(List<String> configuration) {
    return owned(new NodeSettings(configuration, null));
  }

  /** The same that also takes connections with TLS, at {@link #tlsAddress}. */
  public static TestBroker owned(TestCertificates certificates) {
    return owned(new NodeSettings(List.of(), certificates));
  }

  private static TestBroker owned(NodeSettings settings) {
    return new TestBroker(BrokerChoice.fromEnvironment().owned(settings));
  }

  /** Where it is, with an administrator's login and the default virtual host. */
  public BrokerAddress address() {
    return node.address();
  }

  /** The same with TLS, trusting what the JDK trusts. */
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
   * A virtual host that nobody else uses, empty: tests with one each don't see each other. On a
   * broker that a person named it is that person's one, emptied.
   */
  public BrokerAddress newVirtualHost() {
    return node.emptyVirtualHost("test-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * Adds a user, or changes it, with these permissions on a virtual host.
   *
   * @return the same host, as that user
   */
  public BrokerAddress withUser(BrokerAddress on, String user, Permissions permissions) {
    return node.withUser(on, user, permissions);
  }

  /** The regular expressions of RabbitMQ's {@code set_permissions}. */
  public record Permissions(String configure, String write, String read) {
    public static final Permissions ALL = new Permissions(".*", ".*", ".*");
  }

  /** Takes in users, permissions, queues and so on from a file of RabbitMQ's definitions. */
  public void importDefinitions(Path file) {
    node.importDefinitions(file);
  }

  /** Runs {@code rabbitmqctl} on it and returns what it printed; slow: a second or more. */
  public String ctl(String... arguments) {
    return node.ctl(arguments);
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port with the same data. */
  public void start() {
    node.start();
    node.awaitReady(START_LIMIT);
  }

  /** Ends it in good order. */
  public void stop() {
    node.stop();
  }

  /**
   * Ends it like a power cut. Before that it writes down which queues it has: RabbitMQ does so
   * behind, and a queue that was declared a second before a crash can come back empty and without a
   * leader, for ever. (Seen on 3.10.8 and 4.0.5; docs/operations.md says what to do.)
   */
  public void kill() {
    node.ctl("eval", "[dets:sync(Each) || Each <- dets:all()], mnesia:sync_log().");
    node.kill();
  }

  @Override
  public void close() {
    node.close();
  }

  /** Which broker this is, for people. */
  @Override
  public String toString() {
    return node.toString();
  }
}
