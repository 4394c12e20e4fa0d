package ci.assay.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Serves the repositories in a folder over HTTP or HTTPS, as forges do, through native git. */
public final class GitHttpServer implements AutoCloseable {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path root;
  private final @Nullable String authorization;

  /**
   * @param login {@code user:password} that it requires; null for none
   */
  public GitHttpServer(Path root, @Nullable String login) throws IOException {
    this(HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0), root, login);
  }

  /** The same with TLS, for {@code localhost}. */
  public GitHttpServer(Path root, @Nullable String login, TestCertificates certificates)
      throws IOException {
    this(https(certificates), root, login);
  }

  private GitHttpServer(HttpServer server, Path root, @Nullable String login) {
    this.server = server;
    this.root = root;
    this.authorization =
        login == null
            ? null
            : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static HttpServer https(TestCertificates certificates) throws IOException {
    HttpsServer server = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificates.forServer()));
    return server;
  }

  /** The URL of the repository with this folder name. */
  public String url(String repository) {
    String scheme = server instanceof HttpsServer ? "https://localhost" : "http://127.0.0.1";
    return scheme + ":" + server.getAddress().getPort() + "/" + repository;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String sent = exchange.getRequestHeaders().getFirst("Authorization");
      Path repository = root.resolve(path.replaceAll("^/|/(info/refs|git-upload-pack)$", ""));
      if (authorization != null && !authorization.equals(sent)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (!Files.isDirectory(repository)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (path.endsWith("/info/refs")) {
        answer(exchange, repository, "advertisement", "# service=git-upload-pack\n");
      } else {
        answer(exchange, repository, "result", "");
      }
    }
  }

  private static void answer(HttpExchange exchange, Path repository, String kind, String service)
      throws IOException {
    boolean advertises = kind.equals("advertisement");
    ProcessBuilder git =
        new ProcessBuilder(
            advertises
                ? List.of(
                    "git", "upload-pack", "--stateless-rpc", "--advertise-refs", repository + "")
                : List.of("git", "upload-pack", "--stateless-rpc", repository + ""));
    String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
    if (protocol != null) {
      git.environment().put("GIT_PROTOCOL", protocol);
    }
    exchange.getResponseHeaders().add("Content-Type", "application/x-git-upload-pack-" + kind);
    Process process = git.start();
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = process.getOutputStream();
        InputStream body = body(exchange)) {
      body.transferTo(out);
    }
    try (OutputStream out = exchange.getResponseBody()) {
      if (advertises) {
        String line = "%04x%s0000".formatted(service.length() + 4, service);
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
      process.getInputStream().transferTo(out);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    InputStream body = exchange.getRequestBody();
    return zipped ? new GZIPInputStream(body) : body;
  }
}
