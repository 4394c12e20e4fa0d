package ci.assay.broker.publish;

/**
 * The broker does not accept this message: it closed the channel twice when this message alone was
 * on it, or the client cannot encode it. After any other failure (a lost connection, a negative
 * confirm, a missing queue) the publisher sends the message again, and the caller is not told.
 */
public final class PublishRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  PublishRefusedException(OutgoingMessage message, String reason) {
    super("the broker refused message " + message + ": " + reason);
  }

  PublishRefusedException(String reason) {
    super(reason);
  }
}
