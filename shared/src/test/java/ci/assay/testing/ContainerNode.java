package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.testing.TestBroker.Permissions;
import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.MountableFile;

/** A node in a container of its own, on fixed ports so that it comes back on the same ones. */
final class ContainerNode implements BrokerNode {

  static final String IMAGE = "rabbitmq:4-management";

  private static final int AMQP = 5672;
  private static final int AMQPS = 5671;
  private static final int MANAGEMENT = 15672;
  private static final Path FILES = Path.of("/etc/rabbitmq/tls");

  /**
   * The address at which the ports are published. The library would guess the address of the
   * gateway on a machine that looks like a container.
   */
  private static final String LOOPBACK = "127.0.0.1";

  private final RabbitMQContainer container = new RabbitMQContainer(IMAGE);
  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final int tlsPort = Ports.free();
  private boolean wasCreated;

  ContainerNode(NodeSettings settings) {
    container.setPortBindings(
        List.of(
            (LOOPBACK + ":%d:%d").formatted(port, AMQP),
            (LOOPBACK + ":%d:%d").formatted(tlsPort, AMQPS),
            (LOOPBACK + ":%d:%d").formatted(managementPort, MANAGEMENT)));
    container.withCopyToContainer(
        Transferable.of(String.join("\n", settings.lines(Integer.toString(AMQPS), FILES)) + "\n"),
        "/etc/rabbitmq/conf.d/90-test.conf");
    for (Path file : settings.files()) {
      container.withCopyFileToContainer(
          MountableFile.forHostPath(file), FILES.resolve(file.getFileName()).toString());
    }
  }

  static boolean isEngineThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public BrokerAddress address() {
    return new BrokerAddress(
        false,
        LOOPBACK,
        port,
        new BrokerLogin(container.getAdminUsername(), container.getAdminPassword()),
        "/",
        null);
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
    return new ManagementApi(
        LOOPBACK, managementPort, container.getAdminUsername(), container.getAdminPassword());
  }

  @Override
  public synchronized void start() {
    if (wasCreated) {
      docker().startContainerCmd(container.getContainerId()).exec();
    } else {
      container.start();
      wasCreated = true;
      Leash.runAfterThisJvm(List.of("docker", "rm", "-fv", container.getContainerId()));
    }
  }

  @Override
  public void stop() {
    docker().stopContainerCmd(container.getContainerId()).withTimeout(30).exec();
  }

  @Override
  public void kill() {
    docker().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public boolean isAlive() {
    return container.isRunning();
  }

  @Override
  public void close() {
    container.stop();
  }

  @Override
  public String ctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("rabbitmqctl", "--quiet"));
    command.addAll(List.of(arguments));
    try {
      ExecResult result = container.execInContainer(command.toArray(String[]::new));
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + result);
      }
      return result.getStdout();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  @Override
  public String toString() {
    return "RabbitMQ in Docker (" + IMAGE + ") on port " + port;
  }
}
