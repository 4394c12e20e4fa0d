package ci.assay.web.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Outcome;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.OddServer;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import ci.assay.notify.webhook.Webhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Assay sends is what it takes from others: two readings of one specification. */
@Timeout(60)
class OutgoingWebhookTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  private static final Message MESSAGE =
      new Message(
          "msg_0123",
          new Notice(
              Notice.Kind.BROKE,
              new Notice.About(
                  "bottle", "https://git.example.org/b", "4f1c0a", "refs/heads/main", "Fix", "Ada"),
              new Notice.Verdict(Outcome.FAILED, "2 tests failed", NOW.minusSeconds(5)),
              new Notice.Before("0badc0de", null),
              List.of("bottle 4f1c0a failed"),
              "https://ci.example.org/r/bottle/4f1c0a"),
          NOW);

  @TempDir Path folder;

  private Path secrets(String... lines) throws Exception {
    Path file = Files.write(folder.resolve("secrets"), List.of(lines));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static Webhook to(OddServer server, Path secrets) {
    return new Webhook(
        new Http(Clock.systemUTC()),
        WebTarget.parse(server.address() + "/hook"),
        new SecretFile(secrets));
  }

  @Test
  void isSignedWithEachSecretSoThatOneCanBeReplaced() throws Exception {
    try (OddServer server = new OddServer()) {
      assertThat(to(server, secrets("# since May", NEW, OLD)).send(MESSAGE))
          .isInstanceOf(DeliveryResult.Delivered.class);
      OddServer.Asked asked = server.asked.get(0);
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.path()).isEqualTo("/hook");
      assertThat(asked.headers()).containsEntry("webhook-id", "msg_0123");
      for (String secret : List.of(OLD, NEW)) {
        assertThat(
                HookSignature.sender(
                    asked.headers()::get, asked.text().getBytes(UTF_8), List.of(secret), NOW))
            .isEqualTo("webhook");
      }
      assertThat(
              HookSignature.sender(
                  asked.headers()::get,
                  asked.text().getBytes(UTF_8),
                  List.of("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                  NOW))
          .isNull();
      assertThat(asked.text())
          .isEqualTo(
              String.join(
                      ",",
                      "{'type':'branch.broke','timestamp':'2026-11-28T09:59:55.000Z'",
                      "'data':{'commit':{'repository':'bottle','url':'https://git.example.org/b'",
                      "'commit':'4f1c0a','ref':'refs/heads/main','subject':'Fix','author':'Ada'}",
                      "'outcome':'failed','summary':'2 tests failed'",
                      "'before':{'commit':'0badc0de','since':null},'why':['bottle 4f1c0a failed']",
                      "'page':'https://ci.example.org/r/bottle/4f1c0a'}}")
                  .replace('\'', '"'));
    }
  }

  @Test
  void whatIsNoSecretIsSaidWithoutQuotingIt() throws Exception {
    try (OddServer server = new OddServer()) {
      Path wrong = secrets("my-secret-word");
      assertThatThrownBy(() -> to(server, wrong).send(MESSAGE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("whsec_")
          .hasMessageNotContaining("my-secret-word");
      assertThat(server.asked).isEmpty();
    }
  }
}
