package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import com.rabbitmq.client.AuthenticationFailureException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectorTest {

  @ParameterizedTest
  @ValueSource(strings = {"amqp://mq.example.org", "amqp://guest:other@192.0.2.1/ci"})
  void refusalOfGuestFromAnotherMachineIsExplained(String broker) {
    assertThat(refused(broker))
        .contains("lets its guest in from its own machine only; make a user for each role")
        .contains("docs/operate.md");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://localhost",
        "amqp://127.0.0.1",
        "amqp://[::1]",
        "amqp://a:b@mq.example.org"
      })
  void anybodyElseIsToldOfPasswordAndUser(String broker) {
    assertThat(refused(broker)).endsWith("wrong password, or no such user; give both in --broker");
  }

  private static String refused(String broker) {
    BrokerAddress address = BrokerAddress.parse(broker);
    Connector connector = new Connector(address, "test", Connector.HEARTBEAT);
    CannotRunException refusal =
        Objects.requireNonNull(
            connector.refusal(
                new AuthenticationFailureException("ACCESS_REFUSED - Login was refused")));
    return String.valueOf(refusal.getMessage());
  }
}
