package ci.assay.notify.receiver;

import ci.assay.common.InvalidInputException;

/** Something that notifications are sent to. Safe for use by many threads. */
public interface Receiver {

  /**
   * Sends one message; returns within a bounded time, whatever the other side does.
   *
   * @throws InvalidInputException when a setting or a secret is missing or invalid
   * @throws InterruptedException when the thread is interrupted; the message may have been received
   */
  DeliveryResult send(Message message) throws InterruptedException;

  /**
   * Checks, without sending a notification, whether this receiver would accept one.
   *
   * @param repositoryUrl the address of a repository that it is to be notified of; empty if none is
   *     known
   */
  default DeliveryResult probe(String repositoryUrl) throws InterruptedException {
    return new DeliveryResult.Delivered("nothing was asked; 'assay notifications test' sends one");
  }
}
