package ci.assay.web.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.web.access.WebRig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class HooksTest {

  private static final String SECRET = "It's a Secret to Everybody";
  private static final String BODY = "Hello, World!";

  /** The signature of the two above, from GitHub's "Testing the webhook payload validation". */
  private static final String SIGNATURE =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private WebRig web;

  @BeforeEach
  void start() throws Exception {
    web = new WebRig(folder);
    secrets("bottle " + SECRET.replace(' ', '_') + "\n");
  }

  @AfterEach
  void close() {
    web.close();
  }

  private void secrets(String lines) throws Exception {
    Files.writeString(
        folder.resolve("hook-secrets"),
        lines,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Requests of each forge as in its documentation. */
  static Stream<Arguments> forges() throws Exception {
    String secret = SECRET.replace(' ', '_');
    String hex = HexFormat.of().formatHex(hmac(bytes(secret), bytes(BODY)));
    String now = Long.toString(Instant.now().getEpochSecond());
    String standard =
        "v1,"
            + Base64.getEncoder()
                .encodeToString(hmac(bytes(secret), bytes("msg_1." + now + "." + BODY)));
    return Stream.of(
        Arguments.of("GitHub", List.of("X-Hub-Signature-256", "sha256=" + hex)),
        Arguments.of("Bitbucket", List.of("X-Hub-Signature", "sha256=" + hex)),
        Arguments.of("Gitea", List.of("X-Gitea-Signature", hex)),
        Arguments.of("Forgejo", List.of("X-Forgejo-Signature", hex)),
        Arguments.of("GitLab", List.of("X-Gitlab-Token", secret)),
        Arguments.of(
            "webhook",
            List.of(
                "webhook-id",
                "msg_1",
                "webhook-timestamp",
                now,
                "webhook-signature",
                "v1,AAAA " + standard)));
  }

  @ParameterizedTest
  @MethodSource("forges")
  void hookThatIsSignedHasTheRepositoryLookedAt(String forge, List<String> headers)
      throws Exception {
    assertThat(post("bottle", BODY, headers).statusCode()).isEqualTo(202);
    assertThat(web.polls).containsExactly("bottle by a hook of " + forge);
  }

  @ParameterizedTest
  @MethodSource("forges")
  void hookThatWasChangedOrIsOfAnotherRepositoryHasNoEffect(String forge, List<String> headers)
      throws Exception {
    boolean isBodySigned = !forge.equals("GitLab");
    if (isBodySigned) {
      assertThat(post("bottle", BODY + "x", headers).statusCode()).isEqualTo(401);
    }
    assertThat(post("other", BODY, headers).statusCode()).isEqualTo(401);
    List<String> wrong =
        headers.stream().map(each -> each.replaceAll("[0-9a-f]$|=$|y$", "Z")).toList();
    assertThat(post("bottle", BODY, wrong).statusCode()).isEqualTo(401);
    assertThat(web.polls).isEmpty();
    assertThat(web.get("/metrics").body()).contains("assay_hooks_total{signed=\"no\"}");
  }

  @Test
  void signatureIsThatOfGitHubsDocumentation() {
    String sender =
        HookSignature.sender(
            name -> name.equals("X-Hub-Signature-256") ? "sha256=" + SIGNATURE : null,
            bytes(BODY),
            List.of("another secret", SECRET),
            Instant.EPOCH);
    assertThat(sender).isEqualTo("GitHub");
  }

  @Test
  void hookWithoutASignatureIsRefused() throws Exception {
    assertThat(post("bottle", BODY, List.of()).statusCode()).isEqualTo(401);
    assertThat(post("bottle", "", List.of("X-Gitlab-Token", "")).statusCode()).isEqualTo(401);
    assertThat(web.polls).isEmpty();
  }

  @Test
  void copyOfAnOldHookIsRefused() throws Exception {
    String then = Long.toString(Instant.now().minusSeconds(400).getEpochSecond());
    byte[] signed = hmac(bytes(SECRET.replace(' ', '_')), bytes("a." + then + "." + BODY));
    for (String time : List.of(then, "", "x", "99999999999999999999", "-9223372036854775808")) {
      List<String> headers =
          List.of(
              "webhook-id",
              "a",
              "webhook-timestamp",
              time,
              "webhook-signature",
              "v1," + Base64.getEncoder().encodeToString(signed));
      assertThat(post("bottle", BODY, headers).statusCode()).as(time).isEqualTo(401);
    }
  }

  @Test
  void largePushIsTakenAndOneBeyondAllBoundsIsNot() throws Exception {
    List<String> headers = List.of("X-Gitlab-Token", SECRET.replace(' ', '_'));
    assertThat(post("bottle", "x".repeat(1_500_000), headers).statusCode()).isEqualTo(202);
    assertThat(statusWhenAnnounced(3 << 20)).startsWith("HTTP/1.1 413 ");
  }

  /** The server refuses by the length, so a client that sends all the same may never see why. */
  private String statusWhenAnnounced(int length) throws IOException {
    URI uri = URI.create(web.uri("/hooks/bottle").toString());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      String head =
          "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(uri.getPath(), uri.getAuthority(), length);
      socket.getOutputStream().write(bytes(head));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }
  }

  @Test
  void secretsAreMadeAndReplacedWithoutARestart() throws Exception {
    Path file = folder.resolve("made");
    HookSecrets secrets = new HookSecrets(file);
    Files.writeString(file, "# ours"); // as somebody may write it by hand, and leave it
    String first = secrets.add("bottle");
    String second = secrets.add("bottle");
    String shared = secrets.add("*");
    assertThat(secrets.of("bottle")).containsExactly(first, second, shared);
    assertThat(secrets.of("other")).containsExactly(shared);
    assertThat(Files.readAllLines(file)).hasSize(4).startsWith("# ours");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    secrets("later a-secret-that-came-later\n");
    List<String> headers = List.of("X-Gitlab-Token", "a-secret-that-came-later");
    assertThat(post("later", BODY, headers).statusCode()).isEqualTo(202);
  }

  @Test
  void standardSecretIsTheKeyInBase64() throws Exception {
    String secret = new HookSecrets(folder.resolve("made")).add("bottle");
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    String signature =
        "v1," + Base64.getEncoder().encodeToString(hmac(key, bytes("id.1700000000." + BODY)));
    String sender =
        HookSignature.sender(
            name ->
                switch (name) {
                  case "webhook-id" -> "id";
                  case "webhook-timestamp" -> "1700000000";
                  case "webhook-signature" -> signature;
                  default -> null;
                },
            bytes(BODY),
            List.of(secret),
            now);
    assertThat(sender).isEqualTo("webhook");
  }

  private HttpResponse<String> post(String repository, String body, List<String> headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(web.uri("/hooks/" + repository).toString()))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
