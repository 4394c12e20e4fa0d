package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestCertificates;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code assay run} on a repository of an HTTPS server that requires a login, with a certificate
 * from an authority that the JDK does not know. The test has a home folder of its own.
 */
class HttpsRepositoryTest {

  private static final String PASSWORD = "sesame-4711";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path served;
  private static TestCertificates certificates;
  private static GitHttpServer server;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void startServer() throws IOException {
    certificates = TestCertificates.in(served);
    try (TestRepository repository = TestRepository.in(served.resolve("sample.git"))) {
      repository.commit("good", Map.of("check.sh", "env; echo fine"));
    }
    server = new GitHttpServer(served, "robot:" + PASSWORD, certificates);
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @BeforeEach
  void makeHome() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    environment.put("HOME", home.toString());
    for (String name : List.of("GIT_SSL_CAINFO", "ASSAY_GIT_USERNAME", "ASSAY_GIT_PASSWORD")) {
      environment.put(name, "");
    }
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
  }

  @Test
  void theEnvironmentsLoginAndAuthorityAreEnough() throws Exception {
    environment.put("GIT_SSL_CAINFO", certificates.ca().toString());
    environment.put("ASSAY_GIT_USERNAME", "robot");
    environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
    environment.put("ASSAY_GIT_PASSWORD", PASSWORD);

    assertPasses();
  }

  @Test
  void gitsOwnConfigurationIsEnough() throws Exception {
    Path helper = Files.writeString(folder.resolve("helper"), helperScript(PASSWORD));
    configure(helper, certificates.ca());

    assertPasses();
    assertThat(folder.resolve("asked")).content().matches("(get\n)+");
  }

  @Test
  void aWrongPasswordIsOneLineThatSaysWhereItCameFrom() throws Exception {
    environment.put("GIT_SSL_CAINFO", certificates.ca().toString());
    environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
    environment.put("ASSAY_GIT_PASSWORD", "wrong-" + PASSWORD);

    assertCannotRun(
        "it refused user 'git' with the password from ASSAY_GIT_PASSWORD; put the right one there,"
            + " or let that user read it");
    assertThat(filesWith(PASSWORD)).isEmpty();
  }

  @Test
  void aHelpersWrongPasswordIsOneLineToo() throws Exception {
    Path helper = Files.writeString(folder.resolve("helper"), helperScript("wrong"));
    configure(helper, certificates.ca());

    assertCannotRun(
        "it refused user 'robot' with the password from git's credential helper; put the right one"
            + " there, or let that user read it");
  }

  @Test
  void anUnknownAuthorityIsOneLineWithTheMend() throws Exception {
    environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
    environment.put("ASSAY_GIT_PASSWORD", PASSWORD);

    assertCannotRun(
        "no TLS with it: its certificate is not from a trusted authority; name the authority's PEM"
            + " file in GIT_SSL_CAINFO or in git's http.sslCAInfo");
  }

  /** The script of the run prints its whole environment. */
  private void assertPasses() throws IOException {
    try (AssayProcess run = assay()) {
      assertThat(run.awaitExit(LIMIT)).as(run.output()).isZero();
      assertThat(run.output()).contains("1 passed");
    }
    assertThat(filesWith("fine")).as("where the run's log is").isNotEmpty();
    assertThat(filesWith(PASSWORD)).isSubsetOf(List.of(folder.resolve("helper")));
  }

  private void assertCannotRun(String why) {
    try (AssayProcess run = assay()) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(3);
      assertThat(run.output().lines())
          .containsExactly(
              "assay: repository %s cannot be read: %s".formatted(server.url("sample.git"), why));
    }
  }

  private AssayProcess assay() {
    return AssayProcess.start(
        folder,
        environment,
        "run",
        "--test",
        "sh check.sh",
        "--results",
        "results",
        server.url("sample.git"));
  }

  private void configure(Path helper, Path ca) throws IOException {
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        folder.resolve("home/.gitconfig"),
        """
        [credential]
          helper = %s
        [http "https://localhost"]
          sslVerify = true
        [http "%s"]
          sslCAInfo = %s
        """
            .formatted(helper, server.url("sample.git"), ca));
  }

  private String helperScript(String password) {
    return """
        #!/bin/sh
        echo "$1" >>%s
        echo username=robot
        echo password=%s
        """
        .formatted(folder.resolve("asked"), password);
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> contains(file, text)).toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
