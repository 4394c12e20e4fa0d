package ci.assay.web.access;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.message.Order;
import ci.assay.model.Outcome;
import ci.assay.web.access.Visitor.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

  private static final String COMMIT = "/r/bottle/" + commit(1);
  private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

  @TempDir Path folder;
  private WebRig rig;

  @BeforeEach
  void start() {
    rig = new WebRig(folder);
    rig.judge(job("bottle", 1, "refs/heads/main", null), Outcome.FAILED, "no", "");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String formToken(String page) {
    Matcher matcher = FORM.matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void whoLogsInMayRunACommitAgain() throws Exception {
    String cookie = rig.logIn(rig.token("ada", Role.ACT));
    String page = rig.get(COMMIT, "Cookie", cookie).body();
    assertThat(page).contains("Run again").contains("ada");
    HttpResponse<String> answer =
        rig.post(COMMIT, "order=rerun&form=" + formToken(page), "Cookie", cookie);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(rig.orders)
        .containsExactly(new Order(Order.Kind.RERUN, "bottle", commit(1), null, "ada"));
  }

  @Test
  void aRequestThatAnotherSiteMadeTheBrowserSendDoesNothing() throws Exception {
    String cookie = rig.logIn(rig.token("ada", Role.ADMIN));
    assertThat(rig.post(COMMIT, "order=cancel", "Cookie", cookie).statusCode()).isEqualTo(403);
    assertThat(rig.post(COMMIT, "order=cancel&form=x", "Cookie", cookie).statusCode())
        .isEqualTo(403);
    assertThat(rig.orders).isEmpty();
  }

  @Test
  void nobodyActsWithoutAToken() throws Exception {
    assertThat(rig.get(COMMIT).body()).doesNotContain("Run again").contains("Log in");
    assertThat(rig.post(COMMIT, "order=rerun").statusCode()).isEqualTo(401);
    String reader = rig.token("reader", Role.READ);
    assertThat(rig.post(COMMIT, "order=rerun", "Authorization", "Bearer " + reader).statusCode())
        .isEqualTo(403);
    assertThat(rig.orders).isEmpty();
  }

  @Test
  void aTokenInTheHeaderNeedsNoForm() throws Exception {
    String token = rig.token("script", Role.ACT);
    HttpResponse<String> answer =
        rig.post(COMMIT, "order=cancel&variant=default", "Authorization", "Bearer " + token);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(rig.orders)
        .containsExactly(new Order(Order.Kind.CANCEL, "bottle", commit(1), "default", "script"));
  }

  @Test
  void aRemovedTokenEndsItsSessions() throws Exception {
    String cookie = rig.logIn(rig.token("ada", Role.ACT));
    new Tokens(folder.resolve("tokens")).remove("ada");
    assertThat(rig.get(COMMIT, "Cookie", cookie).body()).doesNotContain("Run again");
  }

  @Test
  void logOutEndsTheSession() throws Exception {
    String cookie = rig.logIn(rig.token("ada", Role.ACT));
    String form = formToken(rig.get("/", "Cookie", cookie).body());
    assertThat(rig.post("/logout", "form=" + form, "Cookie", cookie).statusCode()).isEqualTo(303);
    assertThat(rig.get("/", "Cookie", cookie).body()).doesNotContain("Log out");
  }

  @Test
  void tenWrongTokensAMinuteAreEnough() throws Exception {
    HttpResponse<String> last = rig.post("/login", "token=assay_guess");
    for (int n = 0; n < 20; n++) { // the minute may change once on the way
      last = rig.post("/login", "token=assay_guess" + n);
      assertThat(last.statusCode()).isIn(401, 429);
    }
    assertThat(last.statusCode()).isEqualTo(429);
  }

  @Test
  void theFileOfTokensTellsNone() throws IOException {
    String token = rig.token("ada", Role.ACT);
    assertThat(Files.readString(folder.resolve("tokens")))
        .contains("ada act ")
        .doesNotContain(token);
    assertThat(Files.getPosixFilePermissions(folder.resolve("tokens"))).hasSize(2);
  }

  @Test
  void aPrivateServerShowsNothingToStrangers() throws Exception {
    try (WebRig closed = new WebRig(folder.resolve("private"), true)) {
      assertThat(closed.get("/").statusCode()).isEqualTo(401);
      assertThat(closed.get("/events", "Accept", "text/event-stream").statusCode()).isEqualTo(401);
      assertThat(closed.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(closed.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(closed.get("/login").statusCode()).isEqualTo(200);
      String token = closed.token("reader", Role.READ);
      assertThat(closed.get("/", "Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
      assertThat(closed.get("/metrics", "Authorization", "Bearer " + token).body())
          .isEqualTo("a_number 1\n");
      assertThat(closed.get("/", "Cookie", closed.logIn(token)).statusCode()).isEqualTo(200);
    }
  }
}
