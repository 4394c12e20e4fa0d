package ci.assay.web.limit;

import ci.assay.web.limit.Link.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections within limits, and closes those whose clients are too slow. Jetty's own
 * limits stop accepting, so that a client which holds all connections blocks the server for
 * everybody. Here some connections are spare, and any beyond these are closed at once.
 */
final class GuardedConnector extends ServerConnector {

  private static final Logger log = LoggerFactory.getLogger(GuardedConnector.class);
  private static final long WATCH_MILLIS = 500;

  private final WebLimits limits;
  private final TrustedProxies proxies;
  private final BooleanSupplier isCrowded;
  private final Map<SocketChannel, Link> links = new ConcurrentHashMap<>();
  private final Quota usual;
  private final Quota ofProxies;
  private final Quota spare;

  /**
   * @param isCrowded whether requests wait for a turn
   */
  GuardedConnector(
      Server server,
      HttpConfiguration http,
      WebLimits limits,
      TrustedProxies proxies,
      BooleanSupplier isCrowded) {
    super(server, 1, 1, new HttpConnectionFactory(http));
    this.limits = limits;
    this.proxies = proxies;
    this.isCrowded = isCrowded;
    this.usual = new Quota(limits.connected().all(), limits.connected().ofOne());
    this.ofProxies = new Quota(limits.connected().all(), limits.connected().all());
    this.spare = new Quota(limits.connected().spare(), limits.connected().spare());
    setIdleTimeout(TimeUnit.SECONDS.toMillis(60));
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    watchAgain();
  }

  @Override
  public void accept(int acceptor) throws IOException {
    if (!(getTransport() instanceof ServerSocketChannel listening) || !listening.isOpen()) {
      return;
    }
    SocketChannel channel = listening.accept();
    try {
      take(channel);
    } catch (IOException | RuntimeException e) {
      log.debug("a connection was lost at once: {}", e.toString());
      forget(channel);
      channel.close();
    }
  }

  private void take(SocketChannel channel) throws IOException {
    Link link = admit(channel);
    if (link == null) {
      channel.close();
      return;
    }
    links.put(channel, link);
    channel.configureBlocking(false);
    channel.socket().setTcpNoDelay(true);
    getSelectorManager().accept(channel);
  }

  /** Takes a connection from a quota; null when all are used up. */
  private @Nullable Link admit(SocketChannel channel) throws IOException {
    InetAddress peer = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
    String key = TrustedProxies.key(peer);
    Quota first = proxies.includes(peer) ? ofProxies : usual;
    if (first.take(key)) {
      return new Link(channel, key, first, false);
    }
    if (!spare.take(key)) {
      evictSpare();
      if (!spare.take(key)) {
        return null;
      }
    }
    return new Link(channel, key, spare, true);
  }

  /**
   * Closes the spare connection that has been idle for the longest. A client that asks for health
   * sends its request at once, so it is not affected.
   */
  private void evictSpare() {
    links.values().stream()
        .filter(link -> link.isSpare && link.isIdle())
        .min(Comparator.comparingLong(Link::since))
        .ifPresent(
            link -> {
              forget(link.channel);
              link.close();
            });
  }

  private void forget(SocketChannel channel) {
    Link link = links.remove(channel);
    if (link != null) {
      link.quota.giveBack(link.address);
      link.gone();
    }
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
    SocketChannelEndPoint opened = super.newEndPoint(channel, selector, key);
    Link link = links.get(channel);
    if (link != null) {
      link.opened(opened);
    }
    return opened;
  }

  @Override
  protected void onEndPointClosed(EndPoint closed) {
    super.onEndPointClosed(closed);
    if (closed instanceof SocketChannelEndPoint ours) {
      forget(ours.getChannel());
    }
  }

  /** The link of a request's connection; null when it is closed. */
  @Nullable Link link(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint()
            instanceof SocketChannelEndPoint ours
        ? links.get(ours.getChannel())
        : null;
  }

  private void watchAgain() {
    getScheduler().schedule(this::watch, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void watch() {
    try {
      long now = System.nanoTime();
      boolean isCrowdedNow = isCrowded.getAsBoolean();
      for (Link link : links.values()) {
        if (!link.channel.isOpen()) {
          forget(link.channel);
        } else if (link.isOverdue(limits, isCrowdedNow, now)) {
          log.debug("closing a connection from {}: the client is too slow", link.address);
          link.close();
        }
      }
    } catch (RuntimeException | Error e) {
      log.error("cannot check the connections; this is a defect", e);
    }
    if (isRunning()) {
      watchAgain();
    }
  }

  static void is(@Nullable Link link, State state) {
    if (link != null) {
      link.is(state);
    }
  }
}
