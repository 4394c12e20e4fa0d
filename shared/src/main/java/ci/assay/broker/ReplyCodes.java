package ci.assay.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.Set;

/** What the broker's reply codes say about the cause of a failure. */
public final class ReplyCodes {

  /**
   * The broker restarts, has a bug, or lacks a permission for us: sending the same message again
   * can succeed.
   */
  private static final Set<Integer> NOT_OF_THE_MESSAGE =
      Set.of(AMQP.CONNECTION_FORCED, AMQP.INTERNAL_ERROR, AMQP.ACCESS_REFUSED);

  private ReplyCodes() {}

  /**
   * Whether the broker closed the channel or connection because of a message that was published on
   * it.
   */
  public static boolean isOfTheMessage(ShutdownSignalException cause) {
    int code = code(cause.getReason());
    return !cause.isInitiatedByApplication() && code > 0 && !NOT_OF_THE_MESSAGE.contains(code);
  }

  /** Whether the broker denied a permission. */
  static boolean isRefusedAccess(Throwable failure) {
    ShutdownSignalException cause = Connector.cause(failure, ShutdownSignalException.class);
    return cause != null && code(cause.getReason()) == AMQP.ACCESS_REFUSED;
  }

  /** The broker's reply code; 0 when it gave none. */
  private static int code(Method reason) {
    if (reason instanceof AMQP.Channel.Close close) {
      return close.getReplyCode();
    }
    return reason instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
  }
}
