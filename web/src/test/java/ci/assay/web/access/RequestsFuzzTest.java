package ci.assay.web.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.testing.LogCapture;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import ci.assay.web.access.Visitor.Role;
import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is sent to the pages and the API, each request is answered, never with a server error.
 */
@Tag("long")
class RequestsFuzzTest {

  /** How long to wait for an answer, because streams and incomplete requests do not end. */
  private static final int PATIENCE_MILLIS = 300;

  private static final Bounds BOUNDS = Bounds.usual().longest(80_000).mayLog();

  @TempDir static Path folder;
  private static Job job;
  private static WebRig web;
  private static LogCapture log;
  private static String token;

  @BeforeAll
  static void open() throws Exception {
    job = StoredFiles.job("bottle", 1, "refs/heads/main", "Keep time");
    web = new WebRig(folder);
    log = new LogCapture();
    web.judge(job, Outcome.FAILED, "no", "line 1\n\u001b[31mline 2\u001b[0m\n");
    token = web.token("ann", Role.ADMIN);
  }

  @AfterAll
  static void allIsWell() throws Exception {
    try (WebRig open = web;
        LogCapture captured = log) {
      assertThat(captured.linesWith("ERROR")).isEmpty();
      assertThat(open.get("/").statusCode()).isEqualTo(200);
    }
  }

  static Stream<Arguments> real() {
    String repository = job.id().repository();
    String commit = job.id().commit().value();
    String page = "/r/" + repository + "/" + commit;
    String commits = "/api/v1/repositories/" + repository + "/commits";
    String authorization = "Authorization: Bearer " + token + "\r\n";
    List<String> requests = new ArrayList<>();
    for (String path :
        List.of(
            "/",
            "/workers",
            "/queue",
            "/r/" + repository + "?branch=main&outcome=failed&author=a&before=1",
            page,
            page + "/default",
            page + "/default/lines?from=0&to=10",
            page + "/default/find?q=line&from=1",
            page + "/default/log.txt?bytes=1-3",
            "/r/" + repository + "/trends?days=30",
            "/r/" + repository + "/tests?q=a&flaky=on",
            "/badge/" + repository + ".svg?branch=main",
            "/assets/assay.css",
            "/api/v1/repositories",
            commits + "?limit=10&after=5&outcome=failed",
            commits + "/" + commit + "/default/tests",
            commits + "/" + commit + "/failure",
            "/api/v1/verdicts?after=0",
            "/api/v1/openapi.json",
            "/metrics",
            "/login")) {
      requests.add(
          "GET %s HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\n\r\n"
              .formatted(path, authorization));
    }
    requests.add(post("/login", "token=" + token, ""));
    requests.add(post(page, "action=rerun&form=x", authorization));
    requests.add(post(commits + "/" + commit + "/rerun", "", authorization));
    requests.add(post("/hooks/" + repository, "{}", "X-Hub-Signature-256: sha256=00\r\n"));
    return Stream.concat(
        Seeds.words(
            "%2e%2e%2f",
            "%00",
            "%",
            "?",
            "&",
            "=",
            ";",
            "\r\n",
            "Content-Length: ",
            "Host: ",
            "Transfer-Encoding: chunked\r\n",
            "Cookie: ",
            "Range: bytes=",
            "Expect: 100-continue"),
        Seeds.of(requests.toArray(String[]::new)));
  }

  @MethodSource("real")
  @FuzzTest
  void request(byte[] input) throws Exception {
    // Jazzer takes each connection for an attack, this one too
    try (SilentCloseable unused =
        BugDetectors.allowNetworkConnections((host, port) -> port == web.uri("/").getPort())) {
      BOUNDS.hold(
          input, () -> assertThat(status(web.uri("/"), input)).as("status").isNotIn(500, 502));
    }
  }

  private static String post(String path, String form, String headers) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, headers, form.length(), form);
  }

  /** The status of the first answer; 0 if there is none. */
  private static int status(URI address, byte[] request) throws IOException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      byte[] head = socket.getInputStream().readNBytes(12);
      String line = new String(head, ISO_8859_1);
      return line.matches("HTTP/1\\.[01] \\d{3}") ? Integer.parseInt(line.substring(9)) : 0;
    } catch (IOException e) {
      return 0; // the server closed the connection, or waits for more
    }
  }
}
