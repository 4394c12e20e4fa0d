package ci.assay.broker;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.Route;
import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerUsersTest {

  private static String sender(String user, Map<String, Object> headers) {
    return WorkerUsers.verified(
        new BasicProperties.Builder().userId(user).headers(headers).build());
  }

  /** For example when the coordinator sends a message to the end of its queue. */
  @Test
  void messagePublishedAgainKeepsItsFirstSender() {
    for (String first : new String[] {"worker.alpha", "worker.", "", "worker", "*"}) {
      IncomingMessage came =
          new IncomingMessage(
              new Route("q", "e", "k", first),
              "id",
              "type",
              Map.of("kept", 1, WorkerUsers.HEADER_SENDER, "worker.forged"),
              false,
              new byte[0]);
      Map<String, Object> headers = came.again().headers();
      assertThat(headers).containsEntry("kept", 1);
      boolean isOfOne = !first.equals("worker") && !first.equals("*");
      assertThat(sender("coordinator", new HashMap<>(headers)))
          .isEqualTo(isOfOne ? first : "coordinator");
    }
  }

  @Test
  void headerGivesNoUserMorePermissions() {
    for (String named : new String[] {"coordinator", "worker", "*", "worker.beta"}) {
      assertThat(sender("worker.alpha", Map.of(WorkerUsers.HEADER_SENDER, named)))
          .isEqualTo("worker.alpha");
    }
    assertThat(sender("worker", Map.of(WorkerUsers.HEADER_SENDER, "coordinator")))
        .isEqualTo("worker");
    assertThat(WorkerUsers.verified(new BasicProperties.Builder().build())).isEmpty();
  }
}
