package ci.assay.web.access;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.message.Order;
import ci.assay.model.Outcome;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.NewEntry;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.outbox.RetryState;
import ci.assay.web.access.Visitor.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
  void whatReceiversAnsweredIsForThoseWhoMayAct() throws Exception {
    try (Outbox outbox = Outbox.open(folder.resolve("outbox.db"))) {
      rig.outbox = outbox;
      Instant now = Instant.parse("2026-11-28T10:00:00Z");
      outbox.inTransaction(
          transaction -> {
            boolean unused =
                transaction.add(
                    new NewEntry(
                        "msg_1",
                        new Entry.Address("chat", "chat"),
                        new Entry.Subject("bottle", commit(1).value(), "broke"),
                        false,
                        "{}"),
                    now);
          });
      outbox.recordFailure(
          outbox.next("chat").orElseThrow(),
          new RetryState("chat", 1, now, true, "HTTP 401: <b>who?</b>"),
          now,
          now);
      assertThat(rig.get("/notifications").statusCode()).isEqualTo(401);
      String reader = "Bearer " + rig.token("reader", Role.READ);
      assertThat(rig.get("/notifications", "Authorization", reader).statusCode()).isEqualTo(403);
      String ada = "Bearer " + rig.token("ada", Role.ACT);
      HttpResponse<String> page = rig.get("/notifications", "Authorization", ada);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body())
          .contains("chat is stopped")
          .contains("pending")
          .contains("/r/bottle/" + commit(1))
          .contains("&lt;b&gt;who?")
          .doesNotContain("<b>who");
      rig.outbox = null;
      assertThat(rig.get("/notifications", "Authorization", ada).body())
          .contains("Nothing has been sent yet");
    }
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
    for (int n = 0; n < 20; n++) { // the minute may change once meanwhile
      last = rig.post("/login", "token=assay_guess" + n);
      assertThat(last.statusCode()).isIn(401, 429);
    }
    assertThat(last.statusCode()).isEqualTo(429);
  }

  @Test
  void aTokenOfTheSameNameDoesNotReviveTheSessionOfTheOldOne() throws Exception {
    String cookie = rig.logIn(rig.token("ada", Role.READ));
    Tokens tokens = new Tokens(folder.resolve("tokens"));
    tokens.remove("ada");
    tokens.add("ada", Role.ADMIN, Instant.EPOCH);
    assertThat(rig.get(COMMIT, "Cookie", cookie).body())
        .doesNotContain("Run again")
        .contains("Log in");
  }

  @Test
  void aMalformedLineOfTokensIsShownToNobody() throws Exception {
    Files.writeString(folder.resolve("tokens"), "ada admin SECRETHASH\n");
    for (HttpResponse<String> answer :
        List.of(
            rig.get("/", "Authorization", "Bearer assay_x"),
            rig.get("/api/v1/repositories", "Authorization", "Bearer assay_x"),
            rig.post("/login", "token=assay_x"))) {
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body())
          .doesNotContain("SECRETHASH")
          .doesNotContain(folder.toString())
          .contains("log says why");
    }
  }

  @Test
  void whoGuessesLocksNobodyElseOut() throws Exception {
    String token = rig.token("ada", Role.ACT);
    for (int n = 0; n < 25; n++) {
      rig.post("/login", "token=assay_guess" + n);
    }
    assertThat(rig.post("/login", "token=" + token).statusCode()).isEqualTo(303);
  }

  @Test
  void aClientIsWhoTheTrustedProxySaysAndNobodyElseIsBelieved() throws Exception {
    for (int n = 0; n < 25; n++) {
      assertThat(proxied("192.0.2.66, 198.51.100.1")).isIn(401, 429);
    }
    assertThat(proxied("192.0.2.66, 198.51.100.1")).isEqualTo(429);
    assertThat(proxied("10.9.9.9, 198.51.100.1")).as("the client made it up").isEqualTo(429);
    assertThat(proxied("192.0.2.66, 198.51.100.2")).as("another client").isEqualTo(401);
    for (int n = 0; n < 25; n++) {
      rig.post("/login", "token=assay_x", "X-Forwarded-For", "203.0.113." + n);
    }
    assertThat(rig.post("/login", "token=assay_x", "X-Forwarded-For", "203.0.113.99").statusCode())
        .as("127.0.0.1 is no proxy here")
        .isEqualTo(429);
  }

  /** The status of a login with a wrong token through the proxy. */
  private int proxied(String forwardedFor) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress("127.0.0.9", 0));
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.uri("/").getPort()));
      String head =
          "POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: "
              + forwardedFor
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n"
              + "token=x";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.substring(9, 12));
    }
  }

  @Test
  void noFormOfAnotherSiteIsTaken() throws Exception {
    String form = "token=" + rig.token("ada", Role.ACT);
    String ours = "http://" + rig.uri("/").getAuthority();
    assertThat(rig.post("/login", form, "Origin", "https://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(rig.post("/login", form, "Origin", "null").statusCode()).isEqualTo(403);
    assertThat(rig.post("/login", form, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(rig.post("/login", form, "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
    assertThat(rig.post("/login", form, "Origin", ours).statusCode()).isEqualTo(303);
    assertThat(rig.post("/login", form, "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(303);
    String api = "/api/v1/repositories/bottle/commits/" + commit(1) + "/rerun";
    assertThat(rig.post(api, "", "Origin", "https://evil.example").statusCode()).isEqualTo(403);
  }

  @Test
  void nothingPrivateIsKeptByABrowserOrAProxy() throws Exception {
    String token = rig.token("ada", Role.ACT);
    String cookie = rig.logIn(token);
    for (String path :
        List.of("/", COMMIT, "/api/v1/repositories", "/nowhere", "/badge/bottle.svg")) {
      assertThat(rig.get(path, "Cookie", cookie).headers().firstValue("Cache-Control"))
          .as(path)
          .hasValue("no-store");
      assertThat(
              rig.get(path, "Authorization", "Bearer " + token)
                  .headers()
                  .firstValue("Cache-Control"))
          .hasValue("no-store");
      assertThat(rig.get(path).headers().firstValue("Cache-Control")).hasValue("no-cache");
    }
    assertThat(rig.get("/login").headers().firstValue("Cache-Control")).hasValue("no-store");
    try (WebRig closed = new WebRig(folder.resolve("private"), true)) {
      assertThat(closed.get("/").headers().firstValue("Cache-Control")).hasValue("no-store");
    }
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
          .startsWith("a_number 1\n");
      assertThat(closed.get("/", "Cookie", closed.logIn(token)).statusCode()).isEqualTo(200);
    }
  }
}
