package ci.assay.cli.embedded;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.common.CannotRunException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.store.derby.DerbyUtils;
import org.jspecify.annotations.Nullable;

/**
 * Apache Qpid Broker-J inside this process. It listens only on the loopback interface, on a port
 * that the system chose, with a random password. It supports redelivery, confirms, {@code
 * mandatory}, prefetch and single active consumers, but no limits, dead letters or timeouts
 * (docs/rationale.md).
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final String USER = "assay";
  private static final int PASSWORD_BYTES = 24;

  private static final int ANY_PORT = 0;

  private final SystemLauncher launcher;
  private final BrokerAddress address;
  private final @Nullable FolderLock lock;

  private record Access(int port, String password) {}

  private EmbeddedBroker(
      SystemLauncher launcher, BrokerAddress address, @Nullable FolderLock lock) {
    this.launcher = launcher;
    this.address = address;
    this.lock = lock;
  }

  /**
   * Starts a broker whose queues are lost when it stops.
   *
   * @throws CannotRunException when it does not start
   */
  public static EmbeddedBroker inMemory() {
    return start("broker-in-memory.json", Map.of(), new Access(ANY_PORT, randomPassword()), null);
  }

  /**
   * Starts a broker that keeps its queues under {@code data} and finds them again at its next
   * start, even after a crash.
   *
   * @throws CannotRunException when it does not start: another process uses {@code data}, or it
   *     cannot be written
   */
  public static EmbeddedBroker durable(Path data) {
    return durable(data, ANY_PORT, randomPassword());
  }

  /** As above, with a fixed port and password, so that clients can reconnect after a restart. */
  static EmbeddedBroker durable(Path data, int port, String password) {
    FolderLock lock = FolderLock.of(data.toAbsolutePath().resolve("broker"));
    try {
      return start(
          "broker-durable.json",
          Map.of("assay.store", lock.folder().toString()),
          new Access(port, password),
          lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The address and login. */
  public BrokerAddress address() {
    return address;
  }

  /** Stops the broker; connections that are still open are closed. */
  @Override
  public void close() {
    launcher.shutdown();
    if (lock != null) {
      lock.close();
    }
  }

  private static EmbeddedBroker start(
      String configuration, Map<String, String> more, Access access, @Nullable FolderLock lock) {
    Map<String, String> context = new HashMap<>(more);
    context.put("assay.port", Integer.toString(access.port()));
    context.put("assay.password", access.password());
    context.put("queue.behaviourOnUnknownDeclareArgument", "IGNORE");
    Started started = new Started();
    SystemLauncher launcher = new SystemLauncher(started);
    DerbyUtils.configureDerbyLogging(); // or it writes derby.log to the current folder
    try {
      launcher.startup(attributes(configuration, context));
    } catch (Exception e) {
      throw new CannotRunException("the embedded broker did not start: " + e.getMessage(), e);
    }
    return new EmbeddedBroker(launcher, address(launcher, started, access.password()), lock);
  }

  private static Map<String, Object> attributes(String configuration, Map<String, String> context) {
    String location = String.valueOf(EmbeddedBroker.class.getResource(configuration));
    return Map.of(
        SystemConfig.TYPE,
        "Memory",
        SystemConfig.CONTEXT,
        context,
        SystemConfig.INITIAL_CONFIGURATION_LOCATION,
        location,
        SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
        false);
  }

  private static BrokerAddress address(SystemLauncher launcher, Started started, String password) {
    Broker<?> broker = started.broker;
    if (broker == null || !isActive(broker)) {
      launcher.shutdown();
      RuntimeException failure = started.failure;
      throw new CannotRunException(
          "the embedded broker did not start; is another process using its folder?"
              + (failure == null ? "" : " " + failure.getMessage()));
    }
    Port<?> port = broker.getPorts().iterator().next();
    return new BrokerAddress(
        false, "127.0.0.1", port.getBoundPort(), new BrokerLogin(USER, password), "/", null);
  }

  private static boolean isActive(Broker<?> broker) {
    return broker.getState() == State.ACTIVE
        && broker.getPorts().stream().allMatch(port -> port.getState() == State.ACTIVE)
        && broker.getVirtualHostNodes().stream().allMatch(EmbeddedBroker::isActive);
  }

  private static boolean isActive(VirtualHostNode<?> node) {
    return node.getState() == State.ACTIVE
        && node.getVirtualHost() != null
        && node.getVirtualHost().getState() == State.ACTIVE;
  }

  private static String randomPassword() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Receives the result of the start. */
  private static final class Started extends DefaultSystemLauncherListener {
    private volatile @Nullable Broker<?> broker;
    private volatile @Nullable RuntimeException failure;

    @Override
    public void onContainerResolve(SystemConfig<?> systemConfig) {
      broker = systemConfig.getContainer() instanceof Broker<?> resolved ? resolved : null;
    }

    @Override
    public void errorOnStartup(RuntimeException e) {
      failure = e;
    }
  }
}
