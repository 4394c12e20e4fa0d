package ci.assay.notify.receiver;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The result of one try to send a message. Details are for people, on one line. */
public sealed interface DeliveryResult {

  /** The receiver's answer, or why there is none. */
  String detail();

  /** The receiver took the message, or there was nothing to send. */
  record Delivered(String detail) implements DeliveryResult {}

  /**
   * The message is tried again later; those behind it in its queue wait.
   *
   * @param pause how long the receiver asks to wait; null if it does not say
   */
  record RetryLater(String detail, @Nullable Duration pause) implements DeliveryResult {
    public RetryLater(String detail) {
      this(detail, null);
    }
  }

  /** No message can be sent until a person changes something; it is tried again, less often. */
  record Stopped(String detail) implements DeliveryResult {}

  /** The receiver will never take this message; those behind it are sent. */
  record Refused(String detail) implements DeliveryResult {}
}
