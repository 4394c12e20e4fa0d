package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section {@code notify}, and what the command line says of it. */
class NotificationsTest {

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = new Sandbox(folder);
  }

  private void config(String text) throws Exception {
    Files.writeString(folder.resolve("assay.yaml"), text);
  }

  @Test
  void everythingThatIsWrongWithTheRulesIsSaidAtOnceWithItsLine() throws Exception {
    config(
        """
        notify:
          adress: https://ci.example.org
          rules:
            - name: one
              kind: webhok
            - name: two
              kind: webhook
              url: http://example.org/
              secret-file: secret
            - name: three
              kind: github
              token-file: token
              when: change
              tokn-file: x
            - kind: mail
            - name: four
              kind: slack
              url-file: url
              room: x
              outcomes: [broken]
              branches: "a b"
        """);
    assertThat(sandbox.run("notifications", "test", "one")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .as("what is no key is said for every command")
        .containsExactly(
            "assay: assay.yaml line 2: key 'adress' is unknown; did you mean 'address'?",
            "assay: assay.yaml line 14: key 'tokn-file' is unknown; did you mean 'token-file'?",
            "assay: assay.yaml line 15: a rule needs a name and a kind");
    config(
        Files.readString(folder.resolve("assay.yaml"))
            .replace("adress", "address")
            .replace("      tokn-file: x\n", "")
            .replace("    - kind: mail\n", ""));
    assertThat(sandbox.run("notifications", "test", "one")).isEqualTo(2);
    assertThat(sandbox.err())
        .contains("line 5: kind: 'webhok' is not one of webhook, github")
        .contains("did you mean 'webhook'?")
        .contains("line 6: name: 'http://example.org/' is not an address like https://HOST/PATH")
        .contains("line 13: when: a forge always shows how each commit stands; leave it out")
        .contains("line 17: room: a rule of kind slack has no such key; it has url-file")
        .contains("line 18: outcomes: outcome 'broken' is unknown")
        .contains("line 19: branches: ref 'a b' is not the name of a ref");
  }

  @Test
  void aTestIsSentAtOnceAndTheAnswerIsSaid() throws Exception {
    StringBuilder asked = new StringBuilder();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.append(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(asked.indexOf("is a test") < 0 ? 401 : 204, -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      for (String name : new String[] {"secret", "url"}) {
        Path file =
            Files.writeString(
                folder.resolve(name),
                name.equals("url") ? address : "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
      config(
          """
          notify:
            rules:
              - name: hook
                kind: webhook
                url: %s
                secret-file: secret
              - name: chat
                kind: mattermost
                url-file: url
          """
              .formatted(address));
      assertThat(sandbox.run("notifications", "test", "hook")).as(sandbox.both()).isEqualTo(1);
      assertThat(sandbox.out()).startsWith("hook: the token or secret is not accepted; replace it");
      assertThat(asked.toString()).contains("\"type\":\"test\"");
      assertThat(sandbox.run("notifications", "test", "chat")).as(sandbox.both()).isZero();
      assertThat(sandbox.out()).isEqualTo("chat: HTTP 204\n");
      assertThat(sandbox.run("notifications", "test", "caht")).isEqualTo(2);
      assertThat(sandbox.err()).contains("there is no rule 'caht'; assay.yaml has hook, chat");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theExampleIsOneThatIsTaken() throws Exception {
    config(Files.readString(Path.of("..", "docker", "assay.yaml")));
    assertThat(sandbox.run("notifications", "test", "nobody")).isEqualTo(2);
    assertThat(sandbox.err())
        .isEqualTo(
            "assay: there is no rule 'nobody'; assay.yaml has github, forge, mail, chat, deploy\n");
  }

  @Test
  void whoNeverHadARuleIsToldSo() {
    assertThat(sandbox.run("notifications", "--results", "results")).isEqualTo(3);
    assertThat(sandbox.errorLines())
        .singleElement()
        .asString()
        .contains("its coordinator never had a rule");
    assertThat(Files.exists(folder.resolve("results"))).isFalse();
    assertThat(sandbox.run("notifications", "replai")).isEqualTo(2);
    assertThat(sandbox.err()).contains("did you mean 'replay'?");
  }

  @Test
  void theDoctorSaysWhichSecretIsMissing() throws Exception {
    config(
        """
        notify:
          rules:
            - name: hook
              kind: webhook
              url: https://example.org/
              secret-file: secret
        """);
    assertThat(sandbox.run("doctor", "--broker", "amqp://127.0.0.1:1")).isEqualTo(3);
    assertThat(sandbox.out()).contains("hook (webhook): ").contains("is not there");
  }
}
