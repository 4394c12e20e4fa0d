package ci.assay.notify.chat;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import ci.assay.notify.rule.Rule;
import ci.assay.wire.Codec;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;

/** Posts to a channel through its incoming webhook, whose URL is the secret. */
public final class Chat implements Receiver {

  private final Http http;
  private final Format format;
  private final SecretFile address;

  private Chat(Http http, Format format, SecretFile address) {
    this.http = http;
    this.format = format;
    this.address = address;
  }

  /**
   * The receiver of a rule: for Matrix a {@link MatrixRoom}.
   *
   * @throws InvalidInputException when a setting is missing or invalid
   */
  public static Receiver of(Rule rule, Http http) {
    return switch (rule.kind()) {
      case SLACK -> new Chat(http, Formats::slack, file(rule));
      case MATTERMOST -> new Chat(http, Formats::mattermost, file(rule));
      case TEAMS -> new Chat(http, Formats::teams, file(rule));
      case DISCORD -> new Chat(http, Formats::discord, file(rule));
      case MATRIX ->
          new MatrixRoom(
              http,
              WebTarget.parse(rule.required("url")),
              new SecretFile(Path.of(rule.required("token-file"))),
              rule.required("room"));
      default -> throw new IllegalArgumentException(rule.kind() + " is no chat");
    };
  }

  private static SecretFile file(Rule rule) {
    return new SecretFile(Path.of(rule.required("url-file")));
  }

  @Override
  public DeliveryResult send(Message message) throws InterruptedException {
    byte[] body = Codec.json(format.of(message.notice()));
    return http.call(
            HttpRequest.newBuilder(target().uri())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)))
        .result();
  }

  @Override
  public DeliveryResult probe(String repositoryUrl) {
    return new DeliveryResult.Delivered("posts to " + target().origin());
  }

  /** Reads the URL; error messages do not quote it, because it is a secret. */
  private WebTarget target() {
    String text = address.one();
    try {
      return WebTarget.parse(text);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "'" + address.path() + "' has no address like https://HOST/PATH in it", e);
    }
  }
}
