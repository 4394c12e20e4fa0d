package ci.assay.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Outcome;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.OddServer;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Rule.Kind;
import ci.assay.notify.rule.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ChatTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path folder;
  private OddServer server;

  @BeforeEach
  void open() throws Exception {
    server = new OddServer();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Receiver chat(Kind kind) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("secret"),
            kind == Kind.MATRIX ? "t0ken" : server.address() + "/hook/secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> values =
        kind == Kind.MATRIX
            ? Map.of(
                "url", server.address(), "token-file", file.toString(), "room", "!room:example.org")
            : Map.of("url-file", file.toString());
    return new ReceiverFactory(new Http(Clock.systemUTC()))
        .of(new Rule("chat", kind, kind.usual(), Scope.ALL, values));
  }

  private static Message message(String subject, String why) {
    return new Message(
        "msg_1",
        new Notice(
            Notice.Kind.BROKE,
            new Notice.About("bottle", "", "4f1c0a1234567", "refs/heads/main", subject, "Ada"),
            new Notice.Verdict(Outcome.FAILED, "it failed", NOW),
            null,
            List.of(why),
            "https://ci.example.org/r/bottle/4f1c0a"),
        NOW);
  }

  @ParameterizedTest
  @EnumSource(names = {"SLACK", "MATTERMOST", "TEAMS", "DISCORD", "MATRIX"})
  void textFromCommitsIsNeitherMarkupNorAMention(Kind kind) throws Exception {
    String hostile = "@everyone @channel <!channel> [x](https://evil.example) **b** ```";
    assertThat(chat(kind).send(message(hostile, hostile)))
        .isInstanceOf(DeliveryResult.Delivered.class);
    String sent = server.asked.get(0).text();
    assertThat(sent)
        .contains("bottle main is broken since 4f1c0a1234")
        .doesNotContain("@everyone")
        .doesNotContain("@channel");
    if (kind == Kind.SLACK) {
      assertThat(sent).doesNotContain("<!").contains("&lt;!channel&gt;");
    }
    if (kind == Kind.MATTERMOST || kind == Kind.DISCORD) {
      assertThat(sent)
          .as("one block of code, which the commit cannot end")
          .containsPattern("^[^`]*(\\\\\\\\`[^`]*)*\\\\n```\\\\n[^`]*\\\\n```\\\\n[^`]*$");
      assertThat(sent).contains("\\\\[x\\\\]\\\\(https");
    }
    if (kind == Kind.DISCORD) {
      assertThat(sent).contains("\"allowed_mentions\":{\"parse\":[]}");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SLACK", "MATTERMOST", "TEAMS", "DISCORD", "MATRIX"})
  void aVeryLongReasonFits(Kind kind) throws Exception {
    assertThat(chat(kind).send(message("x".repeat(500), "*_@".repeat(2_000))))
        .isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(server.asked.get(0).text()).hasSizeLessThan(12_000);
  }

  @Test
  void aMessageThatIsSentTwiceHasTheSameMatrixTransaction() throws Exception {
    Receiver room = chat(Kind.MATRIX);
    assertThat(room.send(message("Fix", "why"))).isInstanceOf(DeliveryResult.Delivered.class);
    OddServer.Asked asked = server.asked.get(0);
    assertThat(asked.method()).isEqualTo("PUT");
    assertThat(asked.path())
        .isEqualTo("/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/msg_1");
    assertThat(asked.headers()).containsEntry("authorization", "Bearer t0ken");
    assertThat(asked.text())
        .contains("\"msgtype\":\"m.notice\"")
        .contains("\"m.mentions\":{}")
        .contains("bottle main is broken since 4f1c0a1234 Fix (Ada)\\nwhy\\nhttps://ci.example");
  }

  @Test
  void aTextForDiscordIsWithinItsLimit() throws Exception {
    assertThat(chat(Kind.DISCORD).send(message("*".repeat(500), "y".repeat(5_000))))
        .isInstanceOf(DeliveryResult.Delivered.class);
    String text = server.asked.get(0).text();
    String content = text.replaceFirst("^\\{\"content\":\"", "").replaceFirst("\",\"allowed.*", "");
    assertThat(content.replace("\\\\", "\\").replace("\\n", "\n"))
        .hasSizeLessThanOrEqualTo(2_000)
        .endsWith("(https://ci.example.org/r/bottle/4f1c0a)");
  }

  @Test
  void theSecretUrlIsNotShown() throws Exception {
    assertThat(chat(Kind.SLACK).probe("").detail()).contains("127.0.0.1").doesNotContain("secret");
    server.answers(404, "no_service");
    assertThat(chat(Kind.SLACK).send(message("Fix", "why")))
        .isInstanceOf(DeliveryResult.Stopped.class)
        .satisfies(answer -> assertThat(answer.detail()).doesNotContain("/hook/secret"));
  }
}
