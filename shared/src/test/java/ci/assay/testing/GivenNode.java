package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Topology;
import ci.assay.testing.TestBroker.Permissions;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A broker whose address a person gave. Its one virtual host is used by one test after another and
 * emptied in between. Tests that break the broker use an owned one; tests that add users or virtual
 * hosts use {@link TestBroker#administered}.
 */
record GivenNode(BrokerAddress address) implements BrokerNode {

  private static final List<String> EXCHANGES =
      List.of(
          Topology.JOBS,
          Topology.RESULTS,
          Topology.DEAD,
          Topology.CONTROL,
          Topology.INQUIRY,
          Topology.ORDERS,
          Topology.COORDINATOR,
          Topology.PRESENCE,
          Topology.LIVE);

  @Override
  public int tlsPort() {
    throw unsupported("a second port");
  }

  @Override
  public BrokerAddress emptyVirtualHost(String name) {
    try (Connection connection = BrokerNode.factory(address).newConnection("test: clean up");
        Channel channel = connection.createChannel()) {
      for (String queue :
          List.of(
              Topology.RESULTS_QUEUE,
              Topology.DEAD_QUEUE,
              Topology.jobsQueue("default"),
              Topology.jobsQueue("big"))) {
        channel.queueDelete(queue);
      }
      for (String exchange : EXCHANGES) {
        channel.exchangeDelete(exchange);
      }
      return address;
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("cannot empty the broker at " + address, e);
    }
  }

  @Override
  public BrokerAddress withUser(BrokerAddress on, String user, Permissions permissions) {
    throw unsupported("adding users");
  }

  @Override
  public void importDefinitions(Path file) {
    throw unsupported("importing definitions");
  }

  @Override
  public String ctl(String... arguments) {
    throw unsupported("rabbitmqctl");
  }

  @Override
  public void start() {
    throw unsupported("start");
  }

  @Override
  public void stop() {
    throw unsupported("stop");
  }

  @Override
  public void kill() {
    throw unsupported("kill");
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public void close() {}

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what
            + " is for TestBroker.owned() or administered(), not for the given broker at "
            + address);
  }

  @Override
  public String toString() {
    return "the given broker at " + address;
  }
}
