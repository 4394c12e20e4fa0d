package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which broker the tests use: see {@link TestBroker}. */
record BrokerChoice(String wanted) {

  static final String VARIABLE = "ASSAY_TEST_BROKER";

  private static final Logger log = LoggerFactory.getLogger(BrokerChoice.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  static BrokerChoice fromEnvironment() {
    String wanted = System.getenv(VARIABLE);
    return new BrokerChoice(wanted == null ? "" : wanted.strip());
  }

  BrokerNode shared() {
    if (isGiven()) {
      return given();
    }
    Optional<TestRun> run = TestRun.fromEnvironment();
    return run.isPresent() && wanted.equals("local")
        ? run.orElseThrow().node(BrokerChoice::started)
        : owned(NodeSettings.DEFAULT);
  }

  /** Whether the variable is the address of a broker, which then is the shared one. */
  boolean isGiven() {
    return wanted.contains("://");
  }

  private BrokerNode given() {
    BrokerAddress address = BrokerAddress.parse(wanted);
    if (address.tls()) {
      throw new IllegalStateException(VARIABLE + " is an amqps:// URI; give amqp://…");
    }
    return new GivenNode(address);
  }

  BrokerNode owned(NodeSettings settings) {
    return switch (wanted) {
      case "none" ->
          throw new IllegalStateException(
              "no broker in this run: what needs one has the tag 'broker' or 'own-broker'");
      case "docker" -> started(new ContainerNode(settings));
      case "local" -> started(new LocalNode(settings));
      default -> {
        if (!wanted.isEmpty() && !isGiven()) {
          throw new IllegalStateException(
              "%s is '%s'; give docker, local or amqp://…".formatted(VARIABLE, wanted));
        }
        yield dockerElseLocal(settings);
      }
    };
  }

  private static BrokerNode dockerElseLocal(NodeSettings settings) {
    if (!ContainerNode.isEngineThere()) {
      return started(new LocalNode(settings));
    }
    try {
      return started(new ContainerNode(settings));
    } catch (RuntimeException e) {
      log.warn("no broker in Docker ({}); taking the local one", rootOf(e).getMessage());
      return started(new LocalNode(settings));
    }
  }

  private static BrokerNode started(BrokerNode node) {
    try {
      long before = System.nanoTime();
      node.start();
      node.awaitReady(START_LIMIT);
      log.info("{} is up after {}", node, Duration.ofNanos(System.nanoTime() - before));
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private static Throwable rootOf(Throwable failure) {
    return failure.getCause() == null ? failure : rootOf(failure.getCause());
  }
}
