package ci.assay.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which user of the broker may speak for which worker. RabbitMQ refuses a message whose {@code
 * user-id} is not the user of its connection (its documentation of validated user ids), so a
 * message that has one says who sent it.
 */
public final class WorkerUsers {

  /** Of messages of a broker that verifies nobody: the embedded one, which has one process. */
  public static final String NOT_VERIFIED = "*";

  /**
   * Header of a message that another program published once more: who had sent it first. It counts
   * only for less than what the one who published it may say.
   */
  public static final String HEADER_SENDER = "assay-sender";

  private static final String OF_ONE = "worker.";

  private WorkerUsers() {}

  /** Who sent a message; empty when it does not say so where it must. */
  public static String senderOf(Connection connection, BasicProperties properties) {
    if (Dialect.of(connection) != Dialect.RABBITMQ) {
      return NOT_VERIFIED;
    }
    return verified(properties);
  }

  /** Who sent a message that came by a broker which verifies that; empty when it does not say. */
  static String verified(BasicProperties properties) {
    String user = properties.getUserId();
    return user == null ? "" : first(user, properties.getHeaders());
  }

  private static String first(String user, @Nullable Map<String, Object> headers) {
    Object first = headers == null ? null : headers.get(HEADER_SENDER);
    return first != null && isOfOne(first.toString()) && !isOfOne(user) ? first.toString() : user;
  }

  /** What to give as the sender of a message; null where nobody verifies it. */
  public static @Nullable String sender(Connection connection, String user) {
    return Dialect.of(connection) == Dialect.RABBITMQ ? user : null;
  }

  /**
   * Whether a user may speak for a worker. One whose name is {@code worker.NAME} speaks for NAME
   * and for NAME.ANYTHING only, any other one for each worker, and nobody for none.
   */
  public static boolean maySpeak(String user, String worker) {
    if (!user.startsWith(OF_ONE)) {
      return !user.isEmpty();
    }
    String own = user.substring(OF_ONE.length());
    return worker.equals(own) || worker.startsWith(own + ".");
  }

  /** Whether a user speaks for some workers only, so that it is worth finding out for which. */
  public static boolean isOfOne(String user) {
    return user.startsWith(OF_ONE) || user.isEmpty();
  }
}
