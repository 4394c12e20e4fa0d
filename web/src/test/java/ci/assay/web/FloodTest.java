package ci.assay.web;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.web.access.WebRig;
import ci.assay.web.limit.WebLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that use as much as they can. */
@Tag("long")
class FloodTest {

  private static final WebLimits LIMITS =
      new WebLimits(
          new WebLimits.Connections(60, 50, 8),
          new WebLimits.Share(20, 10),
          new WebLimits.Share(8, 4),
          4,
          Duration.ofSeconds(3),
          Duration.ofSeconds(2));
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String CHUNKED = "Transfer-Encoding: chunked";
  private static final Job JOB = job("bottle", 1, "refs/heads/main", null);
  private static final String PAGE = "/r/bottle/" + commit(1) + "/default";

  @TempDir Path folder;
  private WebRig rig;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() {
    rig = new WebRig(folder, false, LIMITS);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
    rig.close();
  }

  private Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setSoTimeout(10_000);
    socket.setReceiveBufferSize(4096);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.uri("/").getPort()));
    return socket;
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String head(String method, String path, String... more) {
    String lines = more.length == 0 ? "" : String.join("\r\n", more) + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
  }

  /** The first line that is received; empty when the connection is closed. */
  private static String line(Socket from) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = from.getInputStream();
    try {
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        line.append((char) c);
      }
    } catch (java.net.SocketException e) {
      return line.toString();
    }
    return line.toString().strip();
  }

  private String answer(String from, String request) throws IOException {
    Socket socket = connect(from);
    send(socket, request);
    return line(socket);
  }

  private void assertHealthAnswers() throws Exception {
    assertThat(answer("127.0.7.7", head("GET", "/healthz"))).contains("200");
    assertThat(answer("127.0.7.7", head("GET", "/readyz"))).contains("200");
  }

  @Test
  void streamsAreFewForEachAndForAllAndKeepNobodyFromStoring() throws Exception {
    int begun = 0;
    for (int client = 1; client <= 4; client++) {
      int own = 0;
      for (int n = 0; n < 14; n++) {
        String path = n % 3 == 0 ? PAGE + "/tail" : n % 3 == 1 ? "/events" : PAGE + "/tail/";
        String status = answer("127.0.1." + client, head("GET", path, "Accept: text/event-stream"));
        own += status.contains("200") ? 1 : 0;
        assertThat(status).containsAnyOf("200", "503");
      }
      assertThat(own).isLessThanOrEqualTo(10);
      begun += own;
    }
    assertThat(begun).isEqualTo(20);
    assertHealthAnswers();
    rig.judge(JOB, Outcome.PASSED, "", "one\n");
    assertThat(rig.get(PAGE).statusCode()).isEqualTo(200);
    for (Socket each : sockets) {
      each.close();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(answer("127.0.1.9", head("GET", "/events", "Accept: text/event-stream")))
                    .contains("200"));
  }

  @Test
  void aRefusedStreamIsToldWhenToComeAgain() throws Exception {
    for (int n = 0; n < 10; n++) {
      answer("127.0.1.1", head("GET", "/events", "Accept: text/event-stream"));
    }
    Socket refused = connect("127.0.1.1");
    send(refused, head("GET", "/events", "Accept: text/event-stream", "Connection: close"));
    assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("HTTP/1.1 503")
        .contains("Retry-After: 5");
  }

  @Test
  void whoTakesAllConnectionsKeepsNobodyFromHealth() throws Exception {
    for (int n = 0; n < 400; n++) {
      send(connect("127.0.2." + (1 + n % 4)), "");
    }
    assertHealthAnswers();
    rig.judge(JOB, Outcome.PASSED, "", "one\n");
  }

  @Test
  void trickledFormsTakeNoThreadAndAreEnded() throws Exception {
    String begin = head("POST", "/login", "Content-Type: " + FORM, "Content-Length: 1000");
    List<Socket> slow = new ArrayList<>();
    for (int n = 0; n < 40; n++) {
      Socket socket = connect("127.0.1." + (1 + n % 2));
      send(socket, begin + "token=");
      slow.add(socket);
    }
    long began = System.nanoTime();
    assertHealthAnswers();
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertEndsThoughItSendsOn(slow.get(0));
    for (Socket each : slow) {
      assertThat(line(each)).isEmpty();
    }
    assertThat(rig.get("/").statusCode()).as("their turns are given back").isEqualTo(200);
  }

  @Test
  void formsThatBreakOffTakeNoTurn() throws Exception {
    String begin = head("POST", "/login", "Content-Type: " + FORM, "Content-Length: 1000");
    for (int n = 0; n < 20; n++) {
      Socket socket = connect("127.0.1.1");
      send(socket, begin + "token=");
      if (n % 2 == 0) {
        socket.setSoLinger(true, 0); // it is reset, not ended
      }
      socket.close();
    }
    await().untilAsserted(() -> assertThat(rig.get("/").statusCode()).isEqualTo(200));
  }

  @Test
  void aTrickledHeadIsEnded() throws Exception {
    Socket slow = connect("127.0.1.1");
    send(slow, "GET / HTTP/1.1\r\nX-Slow: ");
    assertEndsThoughItSendsOn(slow);
  }

  /** Never idle, so that only a limit for the whole request ends the connection. */
  private static void assertEndsThoughItSendsOn(Socket slow) {
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              try {
                send(slow, "x");
              } catch (IOException e) {
                return;
              }
              throw new AssertionError("still open");
            });
  }

  @Test
  void whoTakesNothingOfALongLogLosesItAndItsThread() throws Exception {
    rig.judge(JOB, Outcome.PASSED, "", "0123456789abcdef\n".repeat(1_000_000));
    for (int n = 0; n < 4; n++) {
      assertThat(answer("127.0.1.1", head("GET", PAGE + "/log.txt"))).contains("200");
    }
    assertThat(answer("127.0.1.1", head("GET", PAGE + "/log.txt"))).contains("503");
    assertHealthAnswers();
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(answer("127.0.1.1", head("GET", PAGE + "/log.txt"))).contains("200"));
  }

  @Test
  @Tag("long")
  void whoTakesDownloadsSlowlyKeepsNobodyFromThePages() throws Exception {
    rig.judge(JOB, Outcome.PASSED, "", "0123456789abcdef\n".repeat(1_000_000));
    assertPagesAnswerWhileSlowlyRead(PAGE + "/log.txt");
  }

  @Test
  @Tag("long")
  void whoTakesOtherLongAnswersSlowlyLosesThemWhenOthersWait() throws Exception {
    rig.judge(JOB, Outcome.PASSED, "", "0123456789abcdef\n".repeat(1_000_000));
    assertPagesAnswerWhileSlowlyRead(PAGE + "/log.txt/"); // not written as downloads are
  }

  private void assertPagesAnswerWhileSlowlyRead(String path) throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int n = 0; n < 12; n++) {
      Socket socket = connect("127.0.1." + (1 + n % 3));
      send(socket, head("GET", path));
      slow.add(socket);
    }
    Thread readers = readSlowly(slow);
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      while (System.nanoTime() < end) {
        assertThat(rig.get("/").statusCode()).isEqualTo(200);
      }
      assertHealthAnswers();
    } finally {
      readers.interrupt();
      readers.join();
    }
  }

  /** Four times as fast as what is too slow. */
  private static Thread readSlowly(List<Socket> from) {
    Thread reader =
        new Thread(
            () -> {
              byte[] part = new byte[400];
              while (!Thread.currentThread().isInterrupted()) {
                for (Socket each : from) {
                  try {
                    int unused = each.getInputStream().read(part);
                  } catch (IOException e) {
                    // it was ended
                  }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              }
            });
    reader.start();
    return reader;
  }

  @Test
  void whoTakesNothingOfAStreamIsDropped() throws Exception {
    send(connect("127.0.1.1"), head("GET", PAGE + "/tail", "Accept: text/event-stream"));
    await().until(() -> !rig.watchers.isEmpty());
    var live = Objects.requireNonNull(rig.watchers.get(JOB.id()));
    byte[] much = "0123456789abcdef\n".repeat(4000).getBytes(StandardCharsets.UTF_8);
    long[] offset = {0};
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              live.received("RUN1", offset[0], much, false);
              offset[0] += much.length;
              return rig.watchers.isEmpty();
            });
  }

  @Test
  void onlySmallFormsAreRead() throws Exception {
    assertThat(login("multipart/form-data; boundary=x", "Content-Length: 10")).contains("415");
    assertThat(login("application/json", "Content-Length: 10")).contains("415");
    assertThat(login(FORM, "Content-Length: 600000000")).contains("413");
    assertThat(login(FORM, "Content-Length: 10\r\nContent-Encoding: gzip")).contains("415");
    Socket chunked = connect("127.0.1.1");
    send(chunked, head("POST", "/login", "Content-Type: " + FORM, "Transfer-Encoding: chunked"));
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    try {
      for (int n = 0; n < 40; n++) {
        send(chunked, chunk);
      }
    } catch (IOException e) {
      return; // it was refused before all was sent
    }
    assertThat(line(chunked)).doesNotContain("200").doesNotContain("303");
  }

  private String login(String type, String more) throws IOException {
    return answer("127.0.1.1", head("POST", "/login", "Content-Type: " + type, more));
  }

  @Test
  void nothingButPostIsReadWhereHooksArrive() throws Exception {
    for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")) {
      assertThat(answer("127.0.1.1", head(method, "/hooks/bottle", "Content-Length: 2000000")))
          .contains("405");
    }
  }

  @Test
  void longBodiesOfHooksAreFewForEachAndForAll() throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      slow.add(beginHook("127.0.1.1", n % 2 == 0 ? "Content-Length: 2000000" : CHUNKED));
    }
    assertThat(refusedOf(slow)).isEqualTo(2);
    slow.clear();
    for (int n = 0; n < 20; n++) {
      slow.add(beginHook("127.0.1." + (2 + n % 5), CHUNKED));
    }
    assertThat(answer("127.0.1.1", hook("Content-Length: 2") + "{}")).contains("401");
    assertHealthAnswers();
    assertThat(refusedOf(slow)).isEqualTo(4);
    await()
        .untilAsserted(
            () ->
                assertThat(answer("127.0.1.1", hook(CHUNKED) + "2\r\n{}\r\n0\r\n\r\n"))
                    .contains("401"));
  }

  private static String hook(String length) {
    return head("POST", "/hooks/bottle", "Content-Type: application/json", length);
  }

  private Socket beginHook(String from, String length) throws IOException {
    Socket socket = connect(from);
    send(socket, hook(length));
    return socket;
  }

  /**
   * How many are answered with 503; the other connections are closed, because they send nothing.
   */
  private static long refusedOf(List<Socket> begun) throws IOException {
    int refused = 0;
    for (Socket each : begun) {
      if (line(each).contains("503")) {
        refused++;
        assertThat(new String(each.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("Retry-After: 5");
      }
    }
    return refused;
  }

  @Test
  void oddRequestsAreAnsweredInShort() throws Exception {
    rig.judge(JOB, Outcome.PASSED, "", "one\n");
    assertThat(answer("127.0.1.1", head("GET", "/?q=" + "x".repeat(100_000))))
        .containsAnyOf("414", "431");
    assertThat(answer("127.0.1.1", head("GET", "/", "Cookie: " + "a=b;".repeat(10_000))))
        .contains("431");
    assertThat(answer("127.0.1.1", head("HEAD", PAGE + "/tail"))).contains("200");
    assertThat(rig.watchers).isEmpty();
    assertThat(
            answer(
                "127.0.1.1",
                head("POST", "/logout", "X-HTTP-Method-Override: GET", "Content-Length: 0")))
        .contains("400");
    assertThat(answer("127.0.1.1", head("TRACE", "/"))).containsAnyOf("404", "405");
    assertThat(answer("127.0.1.1", head("GET", PAGE + "/log.txt", "Range: bytes=0-0,0-0")))
        .contains("200");
    assertThat(answer("127.0.1.1", head("POST", "//evil.example/x", "Content-Length: 0")))
        .containsAnyOf("404", "400");
    assertThat(rig.get(PAGE + "/lines?first=999999999999999").statusCode()).isEqualTo(200);
    assertThat(rig.get("/r/bottle?after=999999999999999999999").statusCode()).isEqualTo(400);
    assertThat(rig.get("/r/bottle/" + "0".repeat(12) + "/%0d%0aX-Evil:1").headers().map())
        .doesNotContainKey("x-evil");
  }
}
