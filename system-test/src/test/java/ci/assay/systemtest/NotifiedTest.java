package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.testing.Ports;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An observer that polls once an hour, and is notified of pushes. */
@Tag("broker")
@Timeout(180)
class NotifiedTest {

  private static final String SECRET = "a-secret-of-the-forge";

  @TempDir Path folder;

  @Test
  void pushThatAForgeOrAPersonTellsOfIsTestedAtOnce() throws Exception {
    int port = Ports.free();
    Files.createDirectories(folder.resolve("results"));
    Files.writeString(folder.resolve("results/.hook-secrets"), "sample " + SECRET + "\n");
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      CommitId first = commit(repository, "first");
      assay.coordinator("--http", "127.0.0.1:" + port).awaitOutput("is the active coordinator now");
      assay.worker("told", "--executor", "auto", "--network", "none").awaitOutput("takes jobs of");
      assay.observerEvery("1h", "--backlog", "1", "sample=" + repository.path());
      assay.awaitVerdict("sample", first);

      CommitId second = commit(repository, "second");
      assertThat(hook(port, SECRET)).isEqualTo(202);
      assertThat(assay.awaitVerdict("sample", second).outcome()).isEqualTo(Outcome.PASSED);
      assertThat(assay.result("sample", second).execution().executor()).isEqualTo("sandbox");

      CommitId third = commit(repository, "third");
      assertThat(hook(port, "not-that-secret-but-another")).isEqualTo(401);
      assertThat(assay.notify("sample").awaitExit(Duration.ofSeconds(60))).isZero();
      assertThat(assay.awaitVerdict("sample", third).outcome()).isEqualTo(Outcome.PASSED);
    }
  }

  private static CommitId commit(TestRepository repository, String name) throws Exception {
    return repository.commit(name, Map.of("file", name, ".assay.yml", "test: 'true'\n"));
  }

  private static int hook(int port, String secret) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/hooks/sample".formatted(port)))
            .header("X-Gitlab-Token", secret)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
