package ci.assay.cli.embedded;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The durable embedded broker as a process of its own, with a given port and password. */
public final class StandaloneBroker {

  /** Printed when it accepts connections. */
  public static final String UP = "broker is up";

  private StandaloneBroker() {}

  /** The address of such a broker. */
  public static BrokerAddress address(int port, String password) {
    return new BrokerAddress(
        false, "127.0.0.1", port, new BrokerLogin("assay", password), "/", null);
  }

  /** Arguments: the data folder, the port, the password. Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedBroker broker =
        EmbeddedBroker.durable(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments[2]);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    System.out.println(UP);
    new CountDownLatch(1).await();
  }
}
