package ci.assay.notify.webhook;

import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key of the Standard Webhooks' symmetric scheme. */
final class Key {

  private static final String PREFIX = "whsec_";

  /** The specification asks for 24 to 64 bytes. */
  private static final int LEAST_BYTES = 16;

  private final SecretKeySpec key;

  private Key(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /**
   * Reads {@code whsec_} and Base64.
   *
   * @throws InvalidInputException when it is something else, which is not quoted
   */
  static Key parse(String secret) {
    try {
      if (secret.startsWith(PREFIX)) {
        byte[] bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        if (bytes.length >= LEAST_BYTES) {
          return new Key(bytes);
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new InvalidInputException(
        "a secret of a webhook is not whsec_ and the Base64 of at least "
            + LEAST_BYTES
            + " bytes; make one with: echo whsec_$(openssl rand -base64 32)");
  }

  /** With its version before it. */
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
