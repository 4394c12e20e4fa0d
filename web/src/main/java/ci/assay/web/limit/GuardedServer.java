package ci.assay.web.limit;

import ci.assay.web.limit.Link.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a Jetty server that limits what its clients can use. Headers and bodies of requests are
 * read without blocking a thread. A complete request gets one of a limited number of turns; {@code
 * /healthz} and {@code /readyz} need no turn. Streams and downloads, which may last for long, are
 * counted apart. There are more threads than turns and downloads.
 */
public final class GuardedServer {

  /** The attribute of a request with the address of its client, an {@code InetAddress}. */
  public static final String CLIENT = GuardedServer.class.getName() + ".client";

  /** The path prefix of hooks, whose bodies may be larger and of any type. */
  public static final String HOOKS = "/hooks/";

  /** The largest body of a hook, in bytes. */
  public static final long MOST_OF_A_HOOK = 2L << 20;

  /** The attribute of a request that needs no turn: a stream, or the download of a file. */
  static final String NEEDS_NO_TURN = GuardedServer.class.getName() + ".needsNoTurn";

  /** The attribute of a request with how soon it gets its turn, from 0. */
  static final String PRIORITY = GuardedServer.class.getName() + ".priority";

  /** The attribute of a request that is counted as a stream. */
  public static final String STREAM = GuardedServer.class.getName() + ".stream";

  /**
   * Threads in addition to the turns: acceptor, selector, and for health and the start of streams.
   */
  private static final int MORE_THREADS = 10;

  private static final int MOST_WAITING = 256;
  private static final int FRAMING = 64;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private GuardedServer() {}

  /** The key by which requests of one client are counted. */
  public static String clientKey(@Nullable InetAddress client) {
    return client == null ? "" : TrustedProxies.key(client);
  }

  /** The threads for a server with these limits. */
  public static QueuedThreadPool threads(WebLimits limits, String name) {
    QueuedThreadPool threads =
        new QueuedThreadPool(limits.requests() + limits.downloading().all() + MORE_THREADS, 2);
    threads.setReservedThreads(0);
    threads.setName(name);
    threads.setDaemon(true);
    return threads;
  }

  /**
   * Puts the guards into a server that is not started yet. The handler for the answers must be set
   * as the handler of the innermost wrapper.
   *
   * @param address where to listen; unresolved
   * @param mostSent the largest form, in bytes
   * @param obstacle why the process does not do its work now, in one line; empty when it does
   * @return the connector, to be added to the server
   */
  public static NetworkConnector guard(
      Server server,
      InetSocketAddress address,
      WebLimits limits,
      TrustedProxies proxies,
      long mostSent,
      Supplier<Optional<String>> obstacle) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setUriCompliance(UriCompliance.LEGACY);
    QoSHandler turns =
        new QoSHandler() {
          @Override
          protected int getPriority(Request request) {
            return request.getAttribute(PRIORITY) instanceof Integer priority ? priority : 1;
          }
        };
    turns.setMaxRequestCount(limits.requests());
    turns.setMaxSuspendedRequestCount(MOST_WAITING);
    turns.setMaxSuspend(LONGEST_WAIT);
    turns.exclude(request -> request.getAttribute(NEEDS_NO_TURN) != null);
    GuardedConnector connector =
        new GuardedConnector(
            server, http, limits, proxies, () -> turns.getSuspendedRequestCount() > 0);
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    Handler.Wrapper whole =
        new Handler.Wrapper() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            boolean isLong = request.getAttribute(NEEDS_NO_TURN) != null;
            GuardedConnector.is(connector.link(request), isLong ? State.SENDING : State.ANSWERING);
            if (!RequestGuard.hasBody(request.getHeaders())) {
              return super.handle(request, response, callback);
            }
            WholeRequest loaded = new WholeRequest(request);
            if (loaded.isBroken()) {
              loaded.release();
              callback.failed(new EofException("it ended before it was whole"));
              return true;
            }
            return super.handle(loaded, response, callback);
          }
        };
    whole.setHandler(turns);
    EagerContentHandler bodies =
        new EagerContentHandler(
            new EagerContentHandler.RetainedContentLoaderFactory(MOST_OF_A_HOOK, FRAMING, true));
    bodies.setHandler(whole);
    RequestGuard guard = new RequestGuard(connector, proxies, limits, mostSent, obstacle);
    guard.setHandler(bodies);
    server.setHandler(guard);
    return connector;
  }
}
