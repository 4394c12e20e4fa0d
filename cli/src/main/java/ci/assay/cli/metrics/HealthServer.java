package ci.assay.cli.metrics;

import ci.assay.common.CannotRunException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves {@code /healthz} (this process is alive), {@code /readyz} (and does its work) and {@code
 * /metrics} where there are no pages.
 */
public final class HealthServer implements AutoCloseable {

  private static final int THREADS = 4;
  private static final int BACKLOG = 16;
  private static final String PLAIN = "text/plain; charset=utf-8";

  /** Of the JDK's server, in seconds: whoever is slower keeps a thread from others. */
  private static final String[] LIMITS = {
    "sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime"
  };

  private static final String LIMIT = "10";

  private final String host;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<Optional<String>> obstacle;
  private final Supplier<String> metrics;

  private record Answer(int status, String type, String text) {}

  private HealthServer(
      String host,
      HttpServer server,
      Supplier<Optional<String>> obstacle,
      Supplier<String> metrics) {
    this.host = host;
    this.server = server;
    this.threads = Executors.newFixedThreadPool(THREADS, HealthServer::daemon);
    this.obstacle = obstacle;
    this.metrics = metrics;
  }

  /**
   * Listens from now on.
   *
   * @param port 0 for any that is free
   * @param obstacle why the process does not do its work now, in one line; empty when it does
   * @param metrics its numbers
   * @throws CannotRunException when the address can't be had
   */
  public static HealthServer start(
      String host, int port, Supplier<Optional<String>> obstacle, Supplier<String> metrics) {
    for (String limit : LIMITS) {
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, LIMIT);
      }
    }
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      HealthServer started = new HealthServer(host, server, obstacle, metrics);
      server.createContext("/", started::handle);
      server.setExecutor(started.threads);
      server.start();
      return started;
    } catch (IOException | IllegalArgumentException e) {
      throw new CannotRunException(
          "cannot listen on %s:%d: %s; give another --http HOST:PORT"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "health");
    thread.setDaemon(true);
    return thread;
  }

  /** Where it listens: {@code http://HOST:PORT/}. */
  public String address() {
    return "http://%s:%d/".formatted(host, server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new Answer(405, PLAIN, "only GET\n");
    }
    return switch (path) {
      case "/healthz" -> new Answer(200, PLAIN, "ok\n");
      case "/readyz" ->
          obstacle
              .get()
              .map(why -> new Answer(503, PLAIN, why.replaceAll("\\s+", " ") + "\n"))
              .orElseGet(() -> new Answer(200, PLAIN, "ready\n"));
      case "/metrics" -> new Answer(200, ProcessMeters.CONTENT_TYPE, metrics.get());
      default -> new Answer(404, PLAIN, "there is /healthz, /readyz and /metrics\n");
    };
  }
}
