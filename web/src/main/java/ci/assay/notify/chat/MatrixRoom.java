package ci.assay.notify.chat;

import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import ci.assay.wire.Codec;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A Matrix room: Client-Server API, "Sending events to a room": {@code PUT
 * /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}}.
 *
 * <ul>
 *   <li>{@code txnId}: "used … to ensure idempotency of requests": the message's id, so that a
 *       message that is sent twice is shown once
 *   <li>{@code msgtype} {@code m.notice}: "for automated clients"; {@code body} is plain text
 *   <li>{@code m.mentions}, empty: "user and room mentions": nobody is mentioned
 *   <li>{@code Authorization: Bearer}: "Using access tokens"
 * </ul>
 */
final class MatrixRoom implements Receiver {

  private final Http http;
  private final WebTarget server;
  private final SecretFile token;
  private final String room;

  MatrixRoom(Http http, WebTarget server, SecretFile token, String room) {
    this.http = http;
    this.server = server;
    this.token = token;
    this.room = room;
  }

  @Override
  public DeliveryResult send(Message message) throws InterruptedException {
    String path =
        "/_matrix/client/v3/rooms/%s/send/m.room.message/%s"
            .formatted(URLEncoder.encode(room, StandardCharsets.UTF_8), message.id());
    byte[] body =
        Codec.json(
            Map.of(
                "msgtype",
                "m.notice",
                "body",
                Formats.plain(message.notice()),
                "m.mentions",
                Map.of()));
    return http.call(
            HttpRequest.newBuilder(server.below(path).uri())
                .header("Authorization", "Bearer " + token.one())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(body)))
        .result();
  }

  @Override
  public DeliveryResult probe(String repositoryUrl) throws InterruptedException {
    DeliveryResult answer =
        http.call(
                HttpRequest.newBuilder(server.below("/_matrix/client/v3/account/whoami").uri())
                    .header("Authorization", "Bearer " + token.one())
                    .GET())
            .result();
    return answer instanceof DeliveryResult.Delivered
        ? new DeliveryResult.Delivered("the token is accepted")
        : answer;
  }
}
