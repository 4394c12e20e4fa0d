package ci.assay.notify.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The symmetric signatures of Standard Webhooks (the specification at standardwebhooks.com,
 * "Signature scheme"), for webhooks that are received and for those that are sent.
 */
public final class StandardWebhooks {

  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";

  private StandardWebhooks() {}

  /** A key as people write it: {@code whsec_} and Base64. */
  public static String secret(byte[] key) {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** The key in a secret; no value if that is not {@code whsec_} and Base64 of a byte at least. */
  public static Optional<byte[]> key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(secret.substring(PREFIX.length())))
          .filter(key -> key.length > 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The signature of a webhook: {@code v1,} and the Base64 of an HMAC-SHA256.
   *
   * @param key not empty
   * @param id the value of {@code webhook-id}
   * @param time the value of {@code webhook-timestamp}
   * @param body as it is sent
   */
  public static String signature(byte[] key, String id, String time, byte[] body) {
    return VERSION
        + Base64.getEncoder()
            .encodeToString(hmacSha256(key, (id + "." + time + ".").getBytes(UTF_8), body));
  }

  /**
   * An HMAC-SHA256.
   *
   * @param key not empty
   * @param message in parts
   */
  public static byte[] hmacSha256(byte[] key, byte[]... message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : message) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has HmacSHA256", e);
    }
  }
}
