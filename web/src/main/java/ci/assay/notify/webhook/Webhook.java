package ci.assay.notify.webhook;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Posts each notice as JSON, with the headers of the Standard Webhooks specification, version 1
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 *
 * <ul>
 *   <li>{@code webhook-id}, "Webhook Headers": "a unique identifier … used as an idempotency key",
 *       the same for each try
 *   <li>{@code webhook-timestamp}: seconds since 1970, of this try
 *   <li>{@code webhook-signature}, "Signature scheme": {@code v1,} and the Base64 of the
 *       HMAC-SHA256 of {@code ID.TIMESTAMP.BODY}; several, separated by spaces, while a secret is
 *       replaced
 * </ul>
 */
public final class Webhook implements Receiver {

  private final Http http;
  private final WebTarget target;
  private final SecretFile secrets;

  /**
   * @param secrets one per line, as {@code whsec_…}; each one signs the request
   */
  public Webhook(Http http, WebTarget target, SecretFile secrets) {
    this.http = http;
    this.target = target;
    this.secrets = secrets;
  }

  @Override
  public DeliveryResult send(Message message) throws InterruptedException {
    byte[] body = Payload.of(message.notice());
    String time = Long.toString(message.sentAt().getEpochSecond());
    List<SigningKey> keys = keys();
    String signatures =
        keys.stream()
            .map(key -> key.signature(message.id(), time, body))
            .collect(Collectors.joining(" "));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.uri())
            .header("Content-Type", "application/json")
            .header("webhook-id", message.id())
            .header("webhook-timestamp", time)
            .header("webhook-signature", signatures)
            .POST(BodyPublishers.ofByteArray(body));
    return http.call(request).result();
  }

  /** Only reads the secrets: any request would look like a notification to the receiver. */
  @Override
  public DeliveryResult probe(String repositoryUrl) {
    try {
      int known = keys().size();
      return new DeliveryResult.Delivered(
          "signed with " + known + (known == 1 ? " secret" : " secrets"));
    } catch (InvalidInputException e) {
      return new DeliveryResult.Stopped(String.valueOf(e.getMessage()));
    }
  }

  private List<SigningKey> keys() {
    return secrets.all().stream().map(SigningKey::parse).toList();
  }
}
