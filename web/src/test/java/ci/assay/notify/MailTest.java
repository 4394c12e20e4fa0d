package ci.assay.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Outcome;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Rule.Kind;
import ci.assay.notify.rule.Scope;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MailTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path folder;

  private static Receiver mail(String server, String to, String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("server", server);
    values.put("from", "Assay <ci@example.org>");
    values.put("to", to);
    for (String each : more) {
      values.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return new ReceiverFactory(new Http(Clock.systemUTC()))
        .of(new Rule("mail", Kind.MAIL, Kind.MAIL.usual(), Scope.ALL, values));
  }

  private Path secret(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static Message message(Notice.Kind kind, String subject, String author) {
    return new Message(
        "msg_1",
        new Notice(
            kind,
            new Notice.About("bottle", "", "4f1c0a1234567", "refs/heads/main", subject, author),
            new Notice.Verdict(Outcome.FAILED, "2 of 31 tests failed", NOW),
            new Notice.Before("0badc0de", NOW.minusSeconds(3 * 3600 + 300)),
            List.of("Newly failing: <b>CorkTest</b> & co"),
            "https://ci.example.org/r/bottle/4f1c0a1234567"),
        NOW);
  }

  @Test
  void aMailHasTextAndHtmlWithTextFromCommitsEscaped() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("ci@example.org", "ci", "pass word");
    server.start();
    try {
      Receiver mail =
          mail(
              "smtp://127.0.0.1:" + server.getSmtp().getPort(),
              "list@example.org,author",
              "user=ci",
              "password-file=" + secret("pass word"),
              "authors-file="
                  + Files.writeString(
                      folder.resolve("authors"), "# ours\nAda L. <ada@example.org>\n"));
      String subject = "Fix <script>\r\nBcc: everybody@example.org";
      assertThat(mail.send(message(Notice.Kind.BROKE, subject, "Ada L.")).detail())
          .isEqualTo("taken for list@example.org, ada@example.org");
      MimeMessage taken = server.getReceivedMessages()[0];
      assertThat(taken.getSubject())
          .isEqualTo(
              "bottle main is broken since 4f1c0a1234 Fix <script>  Bcc: everybody@example.org"
                  + " (Ada L.)");
      assertThat(taken.getHeader("Bcc")).isNull();
      assertThat(taken.getMessageID()).isEqualTo("<msg_1@example.org>");
      assertThat(taken.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      MimeMultipart parts = (MimeMultipart) taken.getContent();
      assertThat(GreenMailUtil.getBody(parts.getBodyPart(0)))
          .contains("The last that passed is 0badc0de")
          .contains("<b>CorkTest</b> & co")
          .contains("https://ci.example.org/r/bottle/4f1c0a1234567");
      assertThat(GreenMailUtil.getBody(parts.getBodyPart(1)))
          .contains("&lt;b&gt;CorkTest&lt;/b&gt; &amp; co")
          .contains("Fix &lt;script&gt;")
          .doesNotContain("<script");
    } finally {
      server.stop();
    }
  }

  @Test
  void nothingIsSentToAServerWithAnUntrustedCertificate() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    server.start();
    try {
      DeliveryResult answer =
          mail("smtps://127.0.0.1:" + server.getSmtps().getPort(), "list@example.org")
              .send(message(Notice.Kind.BROKE, "Fix", "Ada"));
      assertThat(answer).isInstanceOf(DeliveryResult.RetryLater.class);
      assertThat(answer.detail()).containsIgnoringCase("certif");
      assertThat(server.getReceivedMessages()).isEmpty();
    } finally {
      server.stop();
    }
  }

  @Test
  void aRejectedPasswordStopsTheRule() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("ci@example.org", "ci", "right");
    server.start();
    try {
      assertThat(
              mail(
                      "smtp://127.0.0.1:" + server.getSmtp().getPort(),
                      "list@example.org",
                      "user=ci",
                      "password-file=" + secret("wrong"))
                  .send(message(Notice.Kind.BROKE, "Fix", "Ada")))
          .isInstanceOf(DeliveryResult.Stopped.class);
    } finally {
      server.stop();
    }
  }

  @Test
  void aDeferredRecipientGetsTheMailLaterAndNobodyGetsItTwice() throws Exception {
    try (OddMailServer server = new OddMailServer()) {
      server.recipients.put("b@example.org", "451 greylisted, try again");
      Receiver mail = mail(server.address(), "a@example.org,b@example.org");
      Message message = message(Notice.Kind.MENDED, "Fix", "Ada");
      assertThat(mail.send(message)).isInstanceOf(DeliveryResult.RetryLater.class);
      server.recipients.clear();
      assertThat(mail.send(message)).isInstanceOf(DeliveryResult.Delivered.class);
      assertThat(server.taken).containsExactly(List.of("a@example.org"), List.of("b@example.org"));
      assertThat(server.mails.get(0))
          .contains("Subject: bottle main is mended by 4f1c0a1234 Fix (Ada) after 3 h 5 m")
          .contains("References: <assay.bottle.0badc0de@example.org>");
    }
  }

  @Test
  void aRefusedRecipientDoesNotKeepTheMailFromTheOthers() throws Exception {
    try (OddMailServer server = new OddMailServer()) {
      server.recipients.put("b@example.org", "550 no such user");
      DeliveryResult answer =
          mail(server.address(), "a@example.org,b@example.org,c@example.org")
              .send(message(Notice.Kind.BROKE, "Fix", "Ada"));
      assertThat(answer).isInstanceOf(DeliveryResult.Delivered.class);
      assertThat(answer.detail()).contains("not for b@example.org");
      assertThat(server.taken).containsExactly(List.of("a@example.org", "c@example.org"));
      assertThat(
              mail(server.address(), "b@example.org")
                  .send(message(Notice.Kind.BROKE, "Fix", "Ada")))
          .isInstanceOf(DeliveryResult.Refused.class);
    }
  }

  @Test
  void aMailIsSentAgainWithTheSameIdAfterADroppedConnection() throws Exception {
    try (OddMailServer server = new OddMailServer()) {
      Receiver mail = mail(server.address(), "a@example.org");
      server.dropsAfterData = true;
      assertThat(mail.send(message(Notice.Kind.BROKE, "Fix", "Ada")))
          .isInstanceOf(DeliveryResult.RetryLater.class);
      server.dropsAfterData = false;
      assertThat(mail.send(message(Notice.Kind.BROKE, "Fix", "Ada")))
          .isInstanceOf(DeliveryResult.Delivered.class);
      assertThat(server.mails)
          .hasSize(2)
          .allSatisfy(letter -> assertThat(letter).contains("Message-ID: <msg_1@example.org>"));
      server.greeting = "421 busy";
      assertThat(mail.send(message(Notice.Kind.BROKE, "Fix", "Ada")))
          .isInstanceOf(DeliveryResult.RetryLater.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server=http://mail.example.org",
        "server=smtp://user:password@mail.example.org",
        "server=mail.example.org",
        "to=nobody",
        "to=a@example.org\r\nBcc: b@example.org",
        "from=",
        "tls=some",
        "to=author"
      })
  void anInvalidSettingIsReportedWhenTheRuleIsRead(String wrong) {
    assertThatThrownBy(() -> mail("smtp://mail.example.org", "a@example.org", wrong))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aPasswordIsNotSentWithoutTls() {
    assertThatThrownBy(
            () ->
                mail(
                    "smtp://mail.example.org",
                    "a@example.org",
                    "tls=none",
                    "user=ci",
                    "password-file=/x"))
        .hasMessageContaining("without TLS");
  }
}
