package ci.assay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestBrokerTest {

  @Test
  void virtualHostsDoNotSeeEachOther() throws Exception {
    try (Connection one = connect(TestBroker.shared().newVirtualHost());
        Connection two = connect(TestBroker.shared().newVirtualHost());
        Channel first = one.createChannel();
        Channel second = two.createChannel()) {
      first.queueDeclare("assay.results", true, false, false, Map.of());
      second.queueDeclare("assay.results", false, true, false, Map.of());
    }
  }

  @Test
  void ownedBrokerComesBackOnTheSamePortWithItsData() throws Exception {
    try (TestBroker broker = TestBroker.owned()) {
      BrokerAddress address = broker.newVirtualHost();
      try (Connection connection = connect(address);
          Channel channel = connection.createChannel()) {
        channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "quorum"));
      }
      broker.kill();
      broker.start();
      broker.stop();
      broker.start();
      try (Connection connection = connect(address);
          Channel channel = connection.createChannel()) {
        assertThat(channel.queueDeclarePassive("kept").getQueue()).isEqualTo("kept");
      }
      assertThat(broker.ctl("list_vhosts", "--no-table-headers")).contains(address.virtualHost());
    }
  }

  private static Connection connect(BrokerAddress address) throws Exception {
    return BrokerNode.factory(address).newConnection("test");
  }
}
