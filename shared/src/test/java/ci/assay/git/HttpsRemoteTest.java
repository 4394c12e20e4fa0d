package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException.Kind;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestCertificates;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate is from an authority that the JDK does not trust. */
class HttpsRemoteTest {

  private static final RefGlobs ALL = new RefGlobs(List.of("refs/heads/*"));

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static GitHttpServer server;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void startServer() throws IOException {
    certificates = TestCertificates.in(folder);
    try (TestRepository git = TestRepository.in(folder.resolve("bottle.git"))) {
      git.commits(2);
    }
    server = new GitHttpServer(folder, "robot:secret", certificates);
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @Test
  void readsRefsWithTheAuthorityAndTheLoginOfTheEnvironment() throws Exception {
    environment.put("GIT_SSL_CAINFO", certificates.ca().toString());
    environment.put("ASSAY_GIT_USERNAME", "robot");
    environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
    environment.put("ASSAY_GIT_PASSWORD", "secret");

    assertThat(remote(server.url("bottle.git")).refs(ALL)).hasSize(1);
  }

  @Test
  void anUnknownAuthorityIsReportedWithWhatToDo() {
    String url = server.url("bottle.git");

    assertDenied(url)
        .hasMessage(
            "repository %s cannot be read: no TLS with it: its certificate is not from a trusted"
                + " authority; name the authority's PEM file in GIT_SSL_CAINFO or in"
                + " git's http.sslCAInfo",
            url);
  }

  @Test
  void aCertificateForAnotherNameIsRefused() {
    environment.put("GIT_SSL_CAINFO", certificates.ca().toString());

    assertDenied(server.url("bottle.git").replace("localhost", "127.0.0.1"))
        .hasMessageContaining("no TLS with it: No subject alternative names");
  }

  @Test
  void aFileWithoutCertificatesIsReported() throws Exception {
    Path file = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
    environment.put("GIT_SSL_CAINFO", file.toString());

    assertDenied(server.url("bottle.git"))
        .hasMessageContaining("CA file '" + file + "' is not a readable file of PEM certificates")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theConfiguredFileIsThatOfTheBestMatchingUrl() throws Exception {
    Config git =
        config(
            """
            [http]
              sslCAInfo = /general.pem
            [http "https://git.example.org"]
              sslCAInfo = /host.pem
            [http "https://git.example.org/team"]
              sslCAInfo = ~/team.pem
            [http "https://git.example.org/team/bottle.git"]
              sslVerify = true
            """);

    assertThat(configured(git, "https://other.example.org/a.git")).isEqualTo("/general.pem");
    assertThat(configured(git, "https://git.example.org/a.git")).isEqualTo("/host.pem");
    assertThat(configured(git, "https://git.example.org/team/bottle.git")).endsWith("/team.pem");
    assertThat(configured(git, "https://git.example.org/team/bottle.git")).startsWith("/");
    assertThat(configured(config(""), "https://git.example.org/a.git")).isNull();
  }

  private static Config config(String text) throws ConfigInvalidException {
    Config config = new Config();
    config.fromText(text);
    return config;
  }

  private static @Nullable String configured(Config git, String url) throws Exception {
    return HttpsTrust.configured(git, new URIish(url));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertDenied(String url) {
    return assertThatThrownBy(() -> remote(url).refs(ALL))
        .isInstanceOfSatisfying(
            GitException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.ACCESS_DENIED));
  }

  private Remote remote(String url) {
    return new NetworkRemote(
        url,
        new Credentials(environment::get),
        new HttpsTrust(environment::get),
        folder.toFile(),
        FetchLimits.DEFAULT);
  }
}
