package ci.assay.cli.metrics;

import ci.assay.common.CannotRunException;
import ci.assay.common.FailureText;
import ci.assay.web.limit.GuardedServer;
import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.limit.WebLimits;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * Serves {@code /healthz} (whether the process is alive), {@code /readyz} (whether it does its
 * work) and {@code /metrics} for processes without pages.
 */
public final class HealthServer implements AutoCloseable {

  private static final String PLAIN = "text/plain; charset=utf-8";

  private final String host;
  private final Server server;
  private final NetworkConnector connector;

  private HealthServer(String host, Server server, NetworkConnector connector) {
    this.host = host;
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts the server.
   *
   * @param port 0 for any free port
   * @param obstacle why the process does not do its work now; empty when it does
   * @param metrics the metrics in Prometheus's text format
   * @throws CannotRunException when it cannot listen on the address
   */
  public static HealthServer start(
      String host, int port, Supplier<Optional<String>> obstacle, Supplier<String> metrics) {
    WebLimits limits = WebLimits.health();
    Server server = new Server(GuardedServer.threads(limits, "health"));
    NetworkConnector connector =
        GuardedServer.guard(
            server,
            InetSocketAddress.createUnresolved(host, port),
            limits,
            TrustedProxies.NONE,
            0,
            obstacle);
    server.addConnector(connector);
    server.getTail().setHandler(new Numbers(metrics));
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new CannotRunException(
          "cannot listen on %s:%d: %s; give another --http HOST:PORT"
              .formatted(host, port, FailureText.of(e)),
          e);
    }
    return new HealthServer(host, server, connector);
  }

  /** Its address: {@code http://HOST:PORT/}. */
  public String address() {
    return "http://%s:%d/".formatted(host, connector.getLocalPort());
  }

  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("a server could not be stopped", e);
    }
  }

  /** Answers all requests except those for health. */
  private static final class Numbers extends Handler.Abstract.NonBlocking {

    private final Supplier<String> metrics;

    Numbers(Supplier<String> metrics) {
      this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String method = request.getMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        answer(response, callback, 405, PLAIN, "only GET\n");
      } else if (Request.getPathInContext(request).equals("/metrics")) {
        answer(response, callback, 200, ProcessMeters.CONTENT_TYPE, metrics.get());
      } else {
        answer(response, callback, 404, PLAIN, "there is /healthz, /readyz and /metrics\n");
      }
      return true;
    }

    private static void answer(
        Response response, Callback callback, int status, String type, String text) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
      response
          .getHeaders()
          .put(HttpHeader.CONTENT_LENGTH, text.getBytes(StandardCharsets.UTF_8).length);
      Content.Sink.write(response, true, text, callback);
    }
  }
}
