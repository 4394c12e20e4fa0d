package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.CannotRunException;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestBroker.Permissions;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("broker")
class TopologyTest {

  private final BrokerAddress address = TestBroker.shared().newVirtualHost();
  private Peer peer;

  @BeforeEach
  void connect() throws Exception {
    peer = new Peer(address);
  }

  @AfterEach
  void disconnect() {
    peer.close();
  }

  @Test
  void declaringAgainChangesNothing() throws Exception {
    Topology.declare(peer.connection(), List.of("default"));
    peer.send(Topology.JOBS, "default", "kept");

    Topology.declare(peer.connection(), List.of("default", "big"));

    await().untilAsserted(() -> assertThat(peer.ready("assay.jobs.default")).isEqualTo(1));
    assertThat(peer.ready("assay.jobs.big")).isZero();
  }

  @Test
  void jobGoesToItsPoolAndACopyToTheResultsQueue() throws Exception {
    Topology.declare(peer.connection(), List.of("default", "big"));

    peer.send(Topology.JOBS, "big", "job");
    peer.send(Topology.RESULTS, "result", "result");

    List<String> results = peer.listen("assay.results");
    List<String> jobs = peer.listen("assay.jobs.big");
    await().untilAsserted(() -> assertThat(results).containsExactly("job", "result"));
    await().untilAsserted(() -> assertThat(jobs).containsExactly("job"));
    assertThat(peer.ready("assay.jobs.default")).isZero();
  }

  @Test
  void rejectedDeliveryGoesToTheDeadLetterQueue() throws Exception {
    Topology.declare(peer.connection(), List.of("default"));
    peer.send(Topology.JOBS, "default", "poison");
    await().untilAsserted(() -> assertThat(peer.ready("assay.jobs.default")).isEqualTo(1));

    GetResponse delivery = peer.channel.basicGet("assay.jobs.default", false);
    peer.channel.basicReject(delivery.getEnvelope().getDeliveryTag(), false);

    await().untilAsserted(() -> assertThat(peer.ready("assay.dead")).isEqualTo(1));
  }

  @Test
  void withoutPermissionToDeclareItIsEnoughThatAllExists() throws Exception {
    BrokerAddress theirs = TestBroker.administered().newVirtualHost();
    BrokerAddress restricted = user(theirs, "restricted", new Permissions("^$", ".*", ".*"));

    try (Peer owner = new Peer(theirs);
        Peer other = new Peer(restricted)) {
      Topology.declare(owner.connection(), List.of("default"));
      Topology.declare(other.connection(), List.of("default"));
    }
  }

  @Test
  void missingPermissionIsReportedInOneLine() {
    BrokerAddress theirs = TestBroker.administered().newVirtualHost();
    BrokerAddress restricted = user(theirs, "nobody", new Permissions("^$", "^$", "^$"));

    assertThatThrownBy(() -> declareAtStart(restricted))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("lacks a permission")
        .hasMessageContaining("assay.jobs")
        .hasMessageContaining("'nobody'")
        .hasMessageNotContaining("\n");
  }

  @Test
  void queueWithOtherArgumentsIsReportedInOneLine() throws Exception {
    peer.channel.queueDeclare("assay.results", true, false, false, Map.of());

    assertThatThrownBy(() -> declareAtStart(address))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("other arguments")
        .hasMessageContaining("'assay.results'")
        .hasMessageContaining("delete it there")
        .hasMessageNotContaining("\n");
  }

  private static BrokerAddress user(BrokerAddress on, String name, Permissions permissions) {
    return TestBroker.administered().withUser(on, name, permissions);
  }

  private static void declareAtStart(BrokerAddress as) throws InterruptedException {
    try (BrokerConnection link = BrokerConnection.forPublishingOnly(as, "test")) {
      link.start();
      Topology.declareAtStart(link, List.of("default"));
    }
  }
}
