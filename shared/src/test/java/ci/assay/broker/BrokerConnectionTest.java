package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.CannotRunException;
import ci.assay.testing.LogCapture;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@Tag("broker")
class BrokerConnectionTest {

  private final BrokerAddress address = TestBroker.shared().address();
  private final TestBroker administered = TestBroker.administered();
  private final TcpProxy proxy = TcpProxy.to(address);
  private final LogCapture log = new LogCapture();

  @AfterEach
  void close() {
    log.close();
    proxy.close();
  }

  @Test
  void waitsForABrokerThatIsNotUpYetAndLogsOneLine() throws Exception {
    proxy.refuse();
    try (BrokerConnection publishing =
            BrokerConnection.forPublishing(proxy.address(), "assay test");
        BrokerConnection consuming = BrokerConnection.forConsuming(proxy.address(), "assay test")) {
      publishing.start();
      consuming.start();
      await()
          .atMost(Duration.ofSeconds(30))
          .during(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(log.lines()).hasSize(1));

      proxy.mend();

      assertThat(publishing.awaitOpen().isOpen()).isTrue();
      assertThat(consuming.awaitOpen().isOpen()).isTrue();
      await().until(() -> log.lines().size() >= 2);
      assertThat(log.lines())
          .satisfiesExactly(
              waits ->
                  assertThat(waits)
                      .startsWith("WARN assay test")
                      .endsWith(
                          "waiting for the broker at " + proxy.address() + ": connection refused"),
              connects ->
                  assertThat(connects).startsWith("INFO").contains("connected to RabbitMQ"));
    }
  }

  @Test
  void wrongPasswordIsReportedInOneLine() {
    assertRefused(
        with(address, address.user(), "wrong", "/"),
        "refused user '" + address.user() + "': wrong password, or no such user");
  }

  @Test
  void unknownVirtualHostIsReportedInOneLine() {
    assertRefused(
        with(address, address.user(), address.password(), "nowhere"),
        "has no virtual host 'nowhere', or user '" + address.user() + "' may not use it");
  }

  @Test
  void virtualHostWithoutPermissionIsReportedInOneLine() {
    BrokerAddress stranger =
        administered.withUser(
            administered.newVirtualHost(), "stranger", TestBroker.Permissions.ALL);

    assertRefused(with(stranger, "stranger", "stranger", "/"), "or user 'stranger' may not use it");
  }

  @Test
  void tlsOnAPlainPortIsReportedInOneLine() {
    BrokerAddress plain =
        new BrokerAddress(
            true, address.host(), address.port(), new BrokerLogin("guest", "guest"), "/", null);

    assertRefused(plain, "no TLS with the broker at amqps://");
  }

  @Test
  void lostConnectionIsReplacedAndLoggedOnce() throws Exception {
    try (BrokerConnection link =
        BrokerConnection.forPublishingOnly(proxy.address(), "assay test")) {
      link.start();
      Connection first = link.awaitOpen();
      assertThat(link.reconnects()).isZero();

      proxy.cut();

      await().until(() -> !first.isOpen());
      assertThat(link.awaitOpen()).isNotSameAs(first);
      assertThat(link.reconnects()).isEqualTo(1);
      await().until(() -> log.lines().size() >= 3);
      assertThat(log.lines())
          .extracting(line -> line.replaceFirst(" at .*", ""))
          .satisfiesExactly(
              one -> assertThat(one).contains("connected to RabbitMQ"),
              two -> assertThat(two).startsWith("WARN").contains("lost the broker"),
              three -> assertThat(three).contains("connected to RabbitMQ"));
    }
  }

  @Test
  @Tag("long")
  void silentPeerIsDetectedByTheHeartbeat() throws Exception {
    try (BrokerConnection link =
        BrokerConnection.forPublishingOnly(proxy.address(), "assay test")) {
      link.start();
      Connection first = link.awaitOpen();

      proxy.stall();

      await().atMost(Duration.ofSeconds(15)).until(() -> !first.isOpen());
      proxy.refuse();
      proxy.mend();
      assertThat(link.awaitOpen().isOpen()).isTrue();
    }
  }

  @Test
  @Timeout(10)
  void closesQuicklyOnADeadNetwork() throws Exception {
    BrokerConnection link = BrokerConnection.forPublishingOnly(proxy.address(), "assay test");
    link.start();
    link.awaitOpen();
    proxy.stall();

    link.close();

    assertThatThrownBy(link::awaitOpen)
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  @Timeout(5)
  void closesQuicklyWhileItWaits() {
    proxy.refuse();
    BrokerConnection link = BrokerConnection.forPublishingOnly(proxy.address(), "assay test");
    link.start();
    link.close();
  }

  private static BrokerAddress with(BrokerAddress at, String user, String password, String host) {
    return new BrokerAddress(
        at.tls(), at.host(), at.port(), new BrokerLogin(user, password), host, null);
  }

  private void assertRefused(BrokerAddress where, String message) {
    try (BrokerConnection link = BrokerConnection.forPublishingOnly(where, "assay test")) {
      link.start();
      assertThatThrownBy(link::awaitOpen)
          .isInstanceOf(CannotRunException.class)
          .hasMessageContaining(message)
          .hasMessageNotContaining("\n");
    }
    assertThat(log.lines()).isEmpty();
  }
}
