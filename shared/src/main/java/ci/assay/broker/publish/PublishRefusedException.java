package ci.assay.broker.publish;

/**
 * The broker will not have this message, however often it is sent: it closed the channel twice over
 * it alone. Everything else (a lost connection, a negative confirm, a missing queue) is tried again
 * by the publisher and never reported.
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
