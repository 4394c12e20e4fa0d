package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.testing.TestBroker;

/** A broker of one's own to be mistreated. */
interface ChaosBroker extends AutoCloseable {

  BrokerAddress address();

  /** Ends it in good order. */
  void stop();

  /** Ends it like a power cut. */
  void kill();

  /** Starts it again, on the same port with the same data. */
  void start();

  @Override
  void close();

  /** RabbitMQ, where {@code ASSAY_TEST_BROKER} says. */
  static ChaosBroker rabbit() {
    return new Rabbit(TestBroker.owned());
  }

  record Rabbit(TestBroker broker) implements ChaosBroker {
    @Override
    public BrokerAddress address() {
      return broker.address();
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
