package ci.assay.web.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.testing.LogCapture;
import ci.assay.testing.fuzz.Fuzz;
import ci.assay.web.access.Visitor.Role;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent to the pages and the API, each request is answered, never with a server error.
 */
@Tag("long")
@Timeout(300)
class RequestsFuzzTest {

  /** How long to wait for an answer, because streams and incomplete requests do not end. */
  private static final int PATIENCE_MILLIS = 300;

  @TempDir Path folder;

  @Test
  void requests() throws Exception {
    Job job = StoredFiles.job("bottle", 1, "refs/heads/main", "Keep time");
    try (WebRig web = new WebRig(folder);
        LogCapture log = new LogCapture()) {
      web.judge(job, Outcome.FAILED, "no", "line 1\n\u001b[31mline 2\u001b[0m\n");
      String token = web.token("ann", Role.ADMIN);
      URI address = web.uri("/");
      String repository = job.id().repository();
      String commit = job.id().commit().value();
      String page = "/r/" + repository + "/" + commit;
      Fuzz fuzz = Fuzz.of("requests").longest(80_000).inputsOfShortForm(150).mayLog();
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
              "/api/v1/repositories/" + repository + "/commits?limit=10&after=5&outcome=failed",
              "/api/v1/repositories/" + repository + "/commits/" + commit + "/default/tests",
              "/api/v1/verdicts?after=0",
              "/api/v1/openapi.json",
              "/metrics",
              "/login")) {
        fuzz.inputs(
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(path, token));
      }
      fuzz.inputs(post("/login", "token=" + token, ""))
          .inputs(post(page, "action=rerun&form=x", "Authorization: Bearer " + token + "\r\n"))
          .inputs(
              post(
                  "/api/v1/repositories/" + repository + "/commits/" + commit + "/rerun",
                  "",
                  "Authorization: Bearer " + token + "\r\n"))
          .words(
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
              "Expect: 100-continue")
          .run(input -> assertThat(status(address, input)).as("status").isNotIn(500, 502));
      assertThat(log.linesWith("ERROR")).isEmpty();
      assertThat(web.get("/").statusCode()).isEqualTo(200);
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
