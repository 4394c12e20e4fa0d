package ci.assay.notify.webhook;

import ci.assay.common.InvalidInputException;

/** A key that is long enough to sign webhooks with. */
final class SigningKey {

  /** The least that Standard Webhooks allows, "Signature scheme". */
  private static final int MIN_BYTES = 24;

  private final byte[] key;

  private SigningKey(byte[] key) {
    this.key = key;
  }

  /**
   * Reads {@code whsec_} and Base64.
   *
   * @throws InvalidInputException when it is something else; the message does not quote it
   */
  static SigningKey parse(String secret) {
    return StandardWebhooks.key(secret)
        .filter(key -> key.length >= MIN_BYTES)
        .map(SigningKey::new)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "a secret of a webhook is not whsec_ and the Base64 of at least "
                        + MIN_BYTES
                        + " bytes; make one with: echo whsec_$(openssl rand -base64 32)"));
  }

  /** The value of the header {@code webhook-signature}. */
  String signature(String id, String time, byte[] body) {
    return StandardWebhooks.signature(key, id, time, body);
  }
}
