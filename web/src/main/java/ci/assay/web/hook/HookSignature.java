package ci.assay.web.hook;

import ci.assay.notify.webhook.StandardWebhooks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the sender of a hook shows that he knows its secret. The headers are those that the senders
 * document:
 *
 * <ul>
 *   <li>Standard Webhooks: {@code webhook-signature}, a list of {@code v1,BASE64} over {@code
 *       ID.TIMESTAMP.BODY} (standard-webhooks specification, "Signature scheme")
 *   <li>Gitea and Forgejo: {@code X-Gitea-Signature} or {@code X-Forgejo-Signature}, hexadecimal
 *       (their documentation of webhooks)
 *   <li>GitHub: {@code X-Hub-Signature-256}, {@code sha256=} and hexadecimal ("Validating webhook
 *       deliveries")
 *   <li>Bitbucket: the same as {@code X-Hub-Signature} ("Manage webhooks, Secure webhooks")
 *   <li>GitLab: {@code X-Gitlab-Token}, the secret itself ("Webhooks, Secret token")
 * </ul>
 *
 * All signatures are HMAC-SHA256 over the body as it came, compared in constant time.
 */
final class HookSignature {

  /** An older or newer one may be a copy of somebody's; the specification's advice. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String HUB_PREFIX = "sha256=";

  private HookSignature() {}

  /** What a signature proves, given the key. */
  private interface Proof {
    boolean holds(byte[] body, String secret);
  }

  private record Scheme(String sender, Proof proof) {}

  /**
   * Who sent it.
   *
   * @param headers null for one that is not there
   * @param secrets one of which the sender must know
   * @return the kind of sender; null when the hook is not signed, or by another secret
   */
  static @Nullable String sender(
      Function<String, @Nullable String> headers, byte[] body, List<String> secrets, Instant now) {
    Scheme scheme = scheme(headers, now);
    boolean isProven = false;
    for (String secret : secrets) { // all of them, so that the time tells nothing
      isProven |= scheme != null && scheme.proof().holds(body, secret);
    }
    return isProven && scheme != null ? scheme.sender() : null;
  }

  private static @Nullable Scheme scheme(Function<String, @Nullable String> headers, Instant now) {
    String standard = headers.apply("webhook-signature");
    if (standard != null) {
      String id = orEmpty(headers.apply("webhook-id"));
      String time = orEmpty(headers.apply("webhook-timestamp"));
      return new Scheme(
          "webhook",
          (body, secret) -> isFresh(time, now) && isStandard(standard, id, time, body, secret));
    }
    for (String name : List.of("X-Forgejo-Signature", "X-Gitea-Signature")) {
      String signature = headers.apply(name);
      if (signature != null) {
        return hexadecimal(name.substring(2, name.indexOf("-S")), signature, text -> text);
      }
    }
    String hub = headers.apply("X-Hub-Signature-256");
    if (hub != null) {
      return hexadecimal("GitHub", hub, HookSignature::withoutHubPrefix);
    }
    String bitbucket = headers.apply("X-Hub-Signature");
    if (bitbucket != null) {
      return hexadecimal("Bitbucket", bitbucket, HookSignature::withoutHubPrefix);
    }
    String token = headers.apply("X-Gitlab-Token");
    return token == null
        ? null
        : new Scheme("GitLab", (body, secret) -> isSame(bytes(token), bytes(secret)));
  }

  private static String withoutHubPrefix(String text) {
    return text.startsWith(HUB_PREFIX) ? text.substring(HUB_PREFIX.length()) : "";
  }

  private static Scheme hexadecimal(String sender, String signature, UnaryOperator<String> digits) {
    return new Scheme(
        sender,
        (body, secret) ->
            isSame(
                bytes(digits.apply(signature)),
                bytes(HexFormat.of().formatHex(StandardWebhooks.hmacSha256(bytes(secret), body)))));
  }

  private static boolean isFresh(String time, Instant now) {
    try {
      Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), now).abs();
      return age.compareTo(TOLERANCE) <= 0;
    } catch (RuntimeException e) { // no number, or beyond all times
      return false;
    }
  }

  private static boolean isStandard(
      String signatures, String id, String time, byte[] body, String secret) {
    byte[] key = StandardWebhooks.key(secret).orElseGet(() -> bytes(secret));
    byte[] right = bytes(StandardWebhooks.signature(key, id, time, body));
    boolean isRight = false;
    for (String each : signatures.split(" ", 16)) {
      isRight |= isSame(bytes(each), right);
    }
    return isRight;
  }

  private static boolean isSame(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
