package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.systemtest.BrokerRoles;
import ci.assay.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A broker of the test's own, which can be stopped and killed. */
interface ChaosBroker extends AutoCloseable {

  BrokerAddress address();

  /**
   * The address for a program of this role: {@code observer}, {@code worker} or {@code
   * coordinator}.
   */
  default BrokerAddress address(String role) {
    return address();
  }

  /** Stops it in an orderly way. */
  void stop();

  /** Kills it, as a power failure would. */
  void kill();

  /** Starts it again, on the same port with the same data. */
  void start();

  /** How many messages each of our queues has, including unacknowledged ones. */
  Map<String, Long> messages() throws Exception;

  @Override
  void close();

  /** RabbitMQ, as chosen by {@code ASSAY_TEST_BROKER}. */
  static ChaosBroker rabbit() {
    return new Rabbit(TestBroker.owned(), null);
  }

  /** As above, with the users and permissions of docker/rabbitmq/definitions.json. */
  static ChaosBroker rabbitWithRoles(Path secrets) throws Exception {
    TestBroker broker = TestBroker.owned();
    return new Rabbit(broker, BrokerRoles.install(broker, secrets));
  }

  /**
   * RabbitMQ.
   *
   * @param roles a user for each role; null if all use the same one
   */
  record Rabbit(TestBroker broker, @Nullable BrokerRoles roles) implements ChaosBroker {
    @Override
    public BrokerAddress address() {
      return broker.address();
    }

    @Override
    public BrokerAddress address(String role) {
      try {
        return roles == null ? broker.address() : roles.as(role);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void stop() {
      broker.stop();
    }

    @Override
    public void kill() {
      broker.kill();
    }

    @Override
    public void start() {
      broker.start();
    }

    /** Asks RabbitMQ's own tool, because only that counts unacknowledged messages. */
    @Override
    public Map<String, Long> messages() {
      return broker
          .ctl("list_queues", "--no-table-headers", "name", "messages")
          .lines()
          .map(line -> line.split("\t"))
          .filter(each -> Mischief.QUEUES.contains(each[0]))
          .collect(Collectors.toMap(each -> each[0], each -> Long.valueOf(each[1])));
    }

    @Override
    public void close() {
      broker.close();
    }

    @Override
    public String toString() {
      return broker.toString();
    }
  }
}
