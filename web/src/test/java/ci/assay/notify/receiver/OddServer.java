package ci.assay.notify.receiver;

import ci.assay.thread.Threads;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;

/** An HTTP server that answers what a test sets, and records the requests. */
public final class OddServer implements AutoCloseable {

  public final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Threads.cached("odd server");
  private final HttpServer server;
  private volatile Reply reply = exchange -> answer(exchange, 200, "{}");

  /**
   * One request.
   *
   * @param headers by their names in lower case
   */
  public record Asked(String method, String path, Map<String, String> headers, String text) {}

  /** What it does with a request. */
  public interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  public OddServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the answer to all further requests, with headers as {@code NAME: VALUE}. */
  public void answers(int status, String body, String... headers) {
    reply =
        exchange -> {
          for (String header : headers) {
            String[] sides = header.split(": ", 2);
            exchange.getResponseHeaders().add(sides[0], sides[1]);
          }
          answer(exchange, status, body);
        };
  }

  /** Begins an answer and says no more. */
  public void stalls() {
    reply =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
          awaitEnd();
        };
  }

  /** Closes the connection in the middle of an answer. */
  public void breaksOff() {
    reply =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(' ');
          exchange.close();
        };
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    reply.to(exchange);
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
