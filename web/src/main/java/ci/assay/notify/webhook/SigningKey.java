package ci.assay.notify.webhook;

import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key of the Standard Webhooks' symmetric scheme. */
final class SigningKey {

  private static final String PREFIX = "whsec_";

  /** The least that Standard Webhooks allows, "Signature scheme". */
  private static final int MIN_BYTES = 24;

  private final SecretKeySpec key;

  private SigningKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /**
   * Reads {@code whsec_} and Base64.
   *
   * @throws InvalidInputException when it is something else; the message does not quote it
   */
  static SigningKey parse(String secret) {
    try {
      if (secret.startsWith(PREFIX)) {
        byte[] bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        if (bytes.length >= MIN_BYTES) {
          return new SigningKey(bytes);
        }
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw new InvalidInputException(
        "a secret of a webhook is not whsec_ and the Base64 of at least "
            + MIN_BYTES
            + " bytes; make one with: echo whsec_$(openssl rand -base64 32)");
  }

  /** The value of the header {@code webhook-signature}, {@code v1,} and Base64. */
  String signature(String id, String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has HmacSHA256", e);
    }
  }
}
