package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestRepository;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpRemoteTest {

  private static final RefGlobs ALL = new RefGlobs(List.of("refs/heads/*"));

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private TestRepository git;
  private List<CommitId> commits;
  private MirrorRepository mirror;

  @BeforeEach
  void makeRepositories() throws IOException {
    git = TestRepository.in(folder.resolve("bottle.git"));
    commits = git.commits(10);
    mirror = new MirrorRepository(folder.resolve("m").toFile());
    mirror.create(true);
  }

  @AfterEach
  void close() {
    mirror.close();
    git.close();
  }

  @Test
  void readsRefsAndFetches() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      Remote remote = remote(server.url("bottle.git"));

      ObjectId tip = ObjectId.fromString(commits.get(9).value());
      assertThat(remote.refs(ALL)).containsExactly(Map.entry(TestRepository.MAIN, tip));
      remote.fetch(mirror, Set.of(tip));

      assertThat(commits).allMatch(commit -> has(commit));
    }
  }

  @Test
  void logsInWithTheLoginFromTheEnvironment() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, "robot:secret")) {
      environment.put("ASSAY_GIT_USERNAME", "robot");
      environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
      environment.put("ASSAY_GIT_PASSWORD", "secret");

      assertThat(remote(server.url("bottle.git")).refs(ALL)).hasSize(1);
    }
  }

  @Test
  void aLoginForOneHostIsPreferredToTheGeneralOne() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, "robot:secret")) {
      environment.put("ASSAY_GIT_USERNAME", "robot");
      environment.put("ASSAY_GIT_PASSWORD", "for other hosts");
      environment.put("ASSAY_GIT_PASSWORD_127_0_0_1", "secret");

      assertThat(remote(server.url("bottle.git")).refs(ALL)).hasSize(1);
    }
  }

  @Test
  void theGeneralLoginIsSentOnlyToTheHostsItIsFor() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, "robot:secret")) {
      environment.put("ASSAY_GIT_USERNAME", "robot");
      environment.put("ASSAY_GIT_HOSTS", "git.example.org");
      environment.put("ASSAY_GIT_PASSWORD", "secret");
      String url = server.url("bottle.git");

      assertTrouble(Kind.ACCESS_DENIED, () -> remote(url).refs(ALL));
    }
  }

  @Test
  void readsThePasswordFromAFileAndAgainAfterARefusal() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, "git:secret")) {
      Path file = Files.writeString(folder.resolve("password"), "wrong-word\n");
      environment.put("ASSAY_GIT_PASSWORD_FILE", folder.resolve("for-other-hosts").toString());
      environment.put("ASSAY_GIT_PASSWORD_FILE_127_0_0_1", file.toString());
      Remote remote = remote(server.url("bottle.git"));

      assertTrouble(Kind.ACCESS_DENIED, () -> remote.refs(ALL))
          .hasMessageContaining("refused user 'git' with the password from " + file);

      Files.writeString(file, "secret\n");
      assertThat(remote.refs(ALL)).hasSize(1);
    }
  }

  @Test
  void aRefusedLoginIsReportedWithoutThePassword() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, "robot:secret")) {
      environment.put("ASSAY_GIT_HOSTS", "127.0.0.1,localhost");
      environment.put("ASSAY_GIT_PASSWORD", "wrong-word");
      String url = server.url("bottle.git");

      assertTrouble(Kind.ACCESS_DENIED, () -> remote(url).refs(ALL))
          .hasMessage(
              "repository %s cannot be read: it refused user 'git' with the password from"
                  + " ASSAY_GIT_PASSWORD; put the right one there, or let that user read it",
              url);
    }
  }

  @Test
  void aServerThatRedirectsAfterTheLoginSendsTheLoginNowhereElse() throws Exception {
    environment.put("ASSAY_GIT_HOSTS", "127.0.0.1");
    environment.put("ASSAY_GIT_PASSWORD", "secret");
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer other =
        server(
            "127.0.0.2",
            exchange -> {
              seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
              answer(exchange, 404);
            });
    HttpServer first =
        server(
            "127.0.0.1",
            exchange -> {
              boolean isLoggedIn = exchange.getRequestHeaders().containsKey("Authorization");
              exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
              exchange
                  .getResponseHeaders()
                  .set(
                      "Location",
                      "http://127.0.0.2:%d%s"
                          .formatted(other.getAddress().getPort(), exchange.getRequestURI()));
              answer(exchange, isLoggedIn ? 302 : 401);
            });
    try {
      String url = "http://127.0.0.1:%d/bottle.git".formatted(first.getAddress().getPort());
      assertThatThrownBy(() -> remote(url).refs(ALL)).isInstanceOf(GitException.class);
      assertThat(seen).isNotEmpty().containsOnly("null");
    } finally {
      first.stop(0);
      other.stop(0);
    }
  }

  private static HttpServer server(String host, HttpHandler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Test
  void aMissingRepositoryIsReported() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      String url = server.url("nosuch.git");

      assertTrouble(Kind.REPOSITORY_GONE, () -> remote(url).refs(ALL))
          .hasMessage("repository %s does not exist, or may not be read", url);
    }
  }

  @Test
  void aMissingCommitIsReported() throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      Remote remote = remote(server.url("bottle.git"));
      ObjectId nowhere = ObjectId.fromString("01".repeat(20));

      assertTrouble(Kind.COMMIT_GONE, () -> remote.fetch(mirror, Set.of(nowhere)));
    }
  }

  @Test
  void anUnreachableMachineIsReported() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertTrouble(Kind.UNREACHABLE, () -> remote("http://127.0.0.1:" + port + "/a.git").refs(ALL))
        .hasMessageEndingWith("cannot be read: connection refused");
    assertTrouble(Kind.UNREACHABLE, () -> remote("http://nosuch.invalid/a.git").refs(ALL))
        .hasMessageEndingWith("cannot be read: unknown host");
  }

  @Test
  void aRepositoryWithSha256IdsIsReported() throws Exception {
    git.git("init", "--quiet", "--object-format=sha256", "--bare", folder + "/long.git");
    Path tree = Files.createDirectory(folder.resolve("tree"));
    git.git(
        "--git-dir",
        folder + "/long.git",
        "--work-tree",
        tree + "",
        "commit",
        "--allow-empty",
        "--quiet",
        "-m",
        "one");
    try (GitHttpServer server = new GitHttpServer(folder, null)) {
      assertTrouble(Kind.UNREACHABLE, () -> remote(server.url("long.git")).refs(ALL))
          .hasMessageContaining("hung up; servers do so when the repository uses SHA-256 ids");
    }
  }

  private Remote remote(String url) {
    return new NetworkRemote(
        url,
        new Credentials(environment::get),
        new HttpsTrust(environment::get),
        folder.toFile(),
        FetchLimits.DEFAULT);
  }

  private boolean has(CommitId commit) {
    return mirror.getObjectDatabase().has(ObjectId.fromString(commit.value()));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertTrouble(
      Kind kind, ThrowingCallable action) {
    return assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }
}
