package ci.assay.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests to each forge are as its documentation says; the classes name the pages. */
@Timeout(60)
class CommitStatusTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final String COMMIT = "4f1c0a".repeat(6) + "4f1c";

  @TempDir Path folder;
  private OddServer server;
  private Path token;

  @BeforeEach
  void open() throws Exception {
    server = new OddServer();
    token = Files.writeString(folder.resolve("token"), "t0ken\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Receiver forge(Kind kind, String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("url", server.address() + "/api");
    values.put("token-file", token.toString());
    for (String each : more) {
      values.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return new ReceiverFactory(new Http(Clock.systemUTC()))
        .of(new Rule("forge", kind, kind.usual(), Scope.ALL, values));
  }

  private static Message message(@Nullable Outcome outcome, String summary) {
    return new Message(
        "msg_1",
        new Notice(
            outcome == null ? Notice.Kind.WAITING : Notice.Kind.VERDICT,
            new Notice.About(
                "bottle",
                "https://127.0.0.1/ada/bottle.git",
                COMMIT,
                "refs/heads/main",
                "Fix",
                "Ada"),
            outcome == null ? null : new Notice.Verdict(outcome, summary, NOW),
            null,
            List.of(),
            "https://ci.example.org/r/bottle/" + COMMIT),
        NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GITHUB    | /api/repos/ada/bottle/statuses/C                        | authorization | Bearer t0ken",
        "GITLAB    | /api/projects/ada%2Fbottle/statuses/C                   | private-token | t0ken",
        "GITEA     | /api/repos/ada/bottle/statuses/C                        | authorization | token t0ken",
        "FORGEJO   | /api/repos/ada/bottle/statuses/C                        | authorization | token t0ken",
        "BITBUCKET | /api/repositories/ada/bottle/commit/C/statuses/build    | authorization | Bearer t0ken"
      })
  void theStatusIsSetAtTheDocumentedPathWithTheToken(
      Kind kind, String path, String header, String value) throws Exception {
    server.answers(201, "{}");
    assertThat(forge(kind).send(message(Outcome.PASSED, "31 tests passed")))
        .isInstanceOf(DeliveryResult.Delivered.class);
    OddServer.Asked asked = server.asked.get(0);
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.path()).isEqualTo(path.replace("/C", "/" + COMMIT));
    assertThat(asked.headers())
        .containsEntry(header, value)
        .containsEntry("content-type", "application/json");
  }

  @ParameterizedTest
  @CsvSource({
    "GITHUB, , pending", "GITHUB, PASSED, success", "GITHUB, SKIPPED, success",
    "GITHUB, FAILED, failure", "GITHUB, TIMED_OUT, failure", "GITHUB, ERRORED, error",
    "GITHUB, CANCELLED, error", "GITLAB, , pending", "GITLAB, PASSED, success",
    "GITLAB, SKIPPED, success", "GITLAB, FAILED, failed", "GITLAB, ERRORED, failed",
    "GITLAB, CANCELLED, canceled", "GITEA, , pending", "FORGEJO, FAILED, failure",
    "BITBUCKET, , INPROGRESS", "BITBUCKET, PASSED, SUCCESSFUL", "BITBUCKET, SKIPPED, SUCCESSFUL",
    "BITBUCKET, FAILED, FAILED", "BITBUCKET, CANCELLED, STOPPED"
  })
  void eachOutcomeHasAStateOfTheForge(Kind kind, @Nullable Outcome outcome, String state)
      throws Exception {
    assertThat(forge(kind).send(message(outcome, "it")))
        .isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(server.asked.get(0).text()).contains("\"state\":\"" + state + "\"");
  }

  @Test
  void theFieldsAreThoseOfTheDocumentationAndCutToItsLimits() throws Exception {
    String summary = "\u001b[31m" + "x".repeat(400);
    for (Kind kind : List.of(Kind.GITHUB, Kind.GITLAB, Kind.BITBUCKET)) {
      assertThat(forge(kind, "context=ci/assay").send(message(Outcome.FAILED, summary)))
          .isInstanceOf(DeliveryResult.Delivered.class);
    }
    String page = "\"https://ci.example.org/r/bottle/" + COMMIT + "\"";
    String text = "\"description\":\"failed:  [31m";
    assertThat(server.asked.get(0).text())
        .isEqualTo(
            "{\"state\":\"failure\",\"target_url\":%s,%s%s…\",\"context\":\"ci/assay\"}"
                .formatted(page, text, "x".repeat(140 - 14)));
    assertThat(server.asked.get(1).text())
        .isEqualTo(
            "{\"state\":\"failed\",\"name\":\"ci/assay\",\"target_url\":%s,%s%s…\",\"ref\":\"main\"}"
                .formatted(page, text, "x".repeat(255 - 14)));
    assertThat(server.asked.get(2).text())
        .isEqualTo(
            "{\"key\":\"ci/assay\",\"state\":\"FAILED\",\"name\":\"ci/assay\",\"url\":%s,%s%s…\"}"
                .formatted(page, text, "x".repeat(255 - 14)));
  }

  @Test
  void knownErrorsOfForgesAreClassified() throws Exception {
    server.answers(400, "{\"message\":\"Cannot transition status via :enqueue from :pending\"}");
    assertThat(forge(Kind.GITLAB).send(message(null, "")))
        .isInstanceOf(DeliveryResult.Delivered.class);
    server.answers(404, "{\"message\":\"404 Commit Not Found\"}");
    assertThat(forge(Kind.GITLAB).send(message(null, "")))
        .isInstanceOf(DeliveryResult.Refused.class);
    server.answers(404, "{\"message\":\"404 Project Not Found\"}");
    assertThat(forge(Kind.GITLAB).send(message(null, "")))
        .isInstanceOf(DeliveryResult.Stopped.class);
    server.answers(422, "{\"message\":\"No commit found for SHA: 4f1c0a\"}");
    assertThat(forge(Kind.GITHUB).send(message(null, "")))
        .isInstanceOf(DeliveryResult.Refused.class);
  }

  @Test
  void aRepositoryAtAnotherHostIsSkipped() throws Exception {
    Receiver github = forge(Kind.GITHUB, "url=https://api.github.com");
    assertThat(github.send(message(Outcome.PASSED, "it")).detail()).contains("not at this forge");
    assertThat(server.asked).isEmpty();
    assertThat(forge(Kind.GITHUB, "project=team/other").send(message(Outcome.PASSED, "it")))
        .isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(server.asked.get(0).path()).startsWith("/api/repos/team/other/");
  }

  @Test
  void theTokenIsProbedWithoutSettingAStatus() throws Exception {
    String url = "ssh://git@127.0.0.1:22/ada/bottle.git";
    assertThat(forge(Kind.GITLAB).probe(url)).isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(server.asked.get(0).method()).isEqualTo("GET");
    assertThat(server.asked.get(0).path()).isEqualTo("/api/projects/ada%2Fbottle");
    server.answers(401, "{\"message\":\"401 Unauthorized\"}");
    assertThat(forge(Kind.GITLAB).probe(url)).isInstanceOf(DeliveryResult.Stopped.class);
  }

  @Test
  void aUsersTokenIsSentToBitbucketWithTheUser() throws Exception {
    assertThat(forge(Kind.BITBUCKET, "user=ada").send(message(Outcome.PASSED, "it")))
        .isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(server.asked.get(0).headers()).containsEntry("authorization", "Basic YWRhOnQwa2Vu");
  }

  @Test
  void anInvalidProjectIsRefusedWhenTheRuleIsRead() {
    for (String wrong : List.of("bottle", "ada/../bottle", "ada/bottle?x", "ada/b ottle", "/a/b")) {
      assertThatThrownBy(() -> forge(Kind.GITHUB, "project=" + wrong))
          .isInstanceOf(InvalidInputException.class);
    }
  }
}
