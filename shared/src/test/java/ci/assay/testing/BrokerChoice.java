package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import java.time.Duration;
import java.util.List;
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
    return wanted.contains("://") ? new GivenNode(BrokerAddress.parse(wanted)) : owned(List.of());
  }

  BrokerNode owned(List<String> configuration) {
    return switch (wanted) {
      case "docker" -> started(new ContainerNode(configuration));
      case "local" -> started(new LocalNode(configuration));
      default -> {
        if (!wanted.isEmpty() && !wanted.contains("://")) {
          throw new IllegalStateException(
              "%s is '%s'; give docker, local or amqp://…".formatted(VARIABLE, wanted));
        }
        yield dockerElseLocal(configuration);
      }
    };
  }

  private static BrokerNode dockerElseLocal(List<String> configuration) {
    if (!ContainerNode.isEngineThere()) {
      return started(new LocalNode(configuration));
    }
    try {
      return started(new ContainerNode(configuration));
    } catch (RuntimeException e) {
      log.warn("no broker in Docker ({}); taking the local one", rootOf(e).getMessage());
      return started(new LocalNode(configuration));
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
