package ci.assay.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which broker user may send messages in the name of which worker. RabbitMQ refuses a message whose
 * {@code user-id} is not the user of its connection (see "Validated User-ID" in its documentation),
 * so a {@code user-id} tells reliably who sent a message.
 */
public final class WorkerUsers {

  /**
   * The sender of every message on the embedded broker, which verifies no user ids and serves one
   * process only.
   */
  public static final String NOT_VERIFIED = "*";

  /**
   * Header of a message that another program published again: its first sender. It is honored only
   * where it narrows what the message may say: the first sender speaks for one worker, and the user
   * that published it again for any.
   */
  public static final String HEADER_SENDER = "assay-sender";

  private static final String OF_ALL = "worker";
  private static final String OF_ONE = OF_ALL + ".";

  private WorkerUsers() {}

  /**
   * The verified sender of a message; empty when it has no {@code user-id} although the broker
   * verifies them.
   */
  public static String senderOf(Connection connection, BasicProperties properties) {
    if (Dialect.of(connection) != Dialect.RABBITMQ) {
      return NOT_VERIFIED;
    }
    return verified(properties);
  }

  /** The sender of a message from a broker that verifies user ids; empty when it has none. */
  static String verified(BasicProperties properties) {
    String user = properties.getUserId();
    return user == null ? "" : first(user, properties.getHeaders());
  }

  private static String first(String user, @Nullable Map<String, Object> headers) {
    Object first = headers == null ? null : headers.get(HEADER_SENDER);
    return first != null && isOfOne(first.toString()) && !isOfOne(user) ? first.toString() : user;
  }

  /** The {@code user-id} to set on a message; null where the broker does not verify it. */
  public static @Nullable String sender(Connection connection, String user) {
    return Dialect.of(connection) == Dialect.RABBITMQ ? user : null;
  }

  /**
   * Whether a user may send messages in the name of a worker. A user {@code worker.NAME} may do so
   * for the workers NAME and NAME.ANYTHING only, any other user for every worker, and the empty
   * user for none.
   */
  public static boolean maySpeak(String user, String worker) {
    if (!user.startsWith(OF_ONE)) {
      return !user.isEmpty();
    }
    String own = user.substring(OF_ONE.length());
    return worker.equals(own) || worker.startsWith(own + ".");
  }

  /**
   * Whether {@link #maySpeak} is restricted for this user: it is a {@code worker.NAME}, or empty.
   */
  public static boolean isOfOne(String user) {
    return user.startsWith(OF_ONE) || user.isEmpty();
  }

  /** Whether this is a worker's user, by the names that docs/operations.md gives them. */
  public static boolean isWorker(String user) {
    return user.equals(OF_ALL) || user.startsWith(OF_ONE);
  }
}
