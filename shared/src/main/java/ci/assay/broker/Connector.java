package ci.assay.broker;

import ci.assay.common.CannotRunException;
import ci.assay.thread.Threads;
import ci.assay.tls.CaFile;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.SocketConfigurator;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens single connections, and explains in words why one failed. */
public final class Connector {

  private static final Logger log = LoggerFactory.getLogger(Connector.class);
  private static final String THREAD = "broker connection";
  private static final int CONNECT_MILLIS = 5_000;
  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int CHANNEL_RPC_MILLIS = 30_000;

  /** A connection counts as lost after two to three heartbeats without any data. */
  static final Duration HEARTBEAT = Duration.ofSeconds(4);

  private final BrokerAddress address;
  private final String name;
  private final ConnectionFactory factory;
  private volatile @Nullable Socket latest;

  /**
   * @throws CannotRunException when the CA file cannot be used
   */
  Connector(BrokerAddress address, String name, Duration heartbeat) {
    this.address = address;
    this.name = name;
    this.factory = factory(address, socket -> latest = socket);
    factory.setRequestedHeartbeat(Math.toIntExact(heartbeat.toSeconds()));
  }

  BrokerAddress address() {
    return address;
  }

  Connection connect() throws IOException, TimeoutException {
    return factory.newConnection(name);
  }

  /**
   * Closes the newest connection gracefully, and cuts its socket when that takes longer than {@code
   * limit}: while the broker blocks us, a thread can hang in a write, and the client would wait for
   * that thread forever.
   */
  void close(Connection connection, Duration limit) {
    Thread closing = Threads.daemon(THREAD, () -> connection.abort((int) limit.toMillis()));
    closing.start();
    try {
      closing.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      cut();
    }
  }

  private void cut() {
    Socket socket = latest;
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      log.debug("the connection was gone already", e);
    }
  }

  /**
   * Opens a channel.
   *
   * @throws IOException when the connection is lost or has reached its limit of channels
   */
  public static Channel openChannel(Connection connection) throws IOException {
    return connection
        .openChannel()
        .orElseThrow(() -> new IOException("the connection has no free channel"));
  }

  /**
   * Explains why retrying will not help; null when it may, since the broker, or a proxy in front of
   * it, may still be starting.
   *
   * @param failure what {@link #connect} threw
   */
  @Nullable CannotRunException refusal(Exception failure) {
    if (failure instanceof AuthenticationFailureException) {
      return new CannotRunException(
          "the broker at %s refused user '%s': %s"
              .formatted(
                  address,
                  address.user(),
                  isGuestFromAfar(address)
                      ? "RabbitMQ lets its guest in from its own machine only; make a user for each"
                          + " role there (docs/operate.md) and give it in --broker"
                      : "wrong password, or no such user; give both in --broker"),
          failure);
    }
    if (isNoVirtualHost(explain(failure))) {
      return new CannotRunException(
          ("the broker at %s has no virtual host '%s', or user '%s' may not use it;"
                  + " see rabbitmqctl list_permissions")
              .formatted(address, address.virtualHost(), address.user()),
          failure);
    }
    SSLException tls = cause(failure, SSLException.class);
    if (tls != null && cause(failure, EOFException.class) == null) {
      return new CannotRunException(
          "no TLS with the broker at %s: %s".formatted(address, distrust(failure, tls)), failure);
    }
    return null;
  }

  private static String distrust(Exception failure, SSLException tls) {
    if (cause(failure, CertPathBuilderException.class) != null) {
      return "its certificate is not from a trusted authority; name its CA with --broker-ca FILE";
    }
    String words = String.valueOf(tls.getMessage());
    if (words.contains("No subject alternative") || words.contains("No name matching")) {
      return "its certificate is for another name (%s); give that name in --broker"
          .formatted(words);
    }
    return words + "; is that its port for TLS, and is its certificate valid?";
  }

  /**
   * RabbitMQ's default lets guest in from localhost only; the reply does not say whether the
   * password was right.
   */
  private static boolean isGuestFromAfar(BrokerAddress address) {
    return address.user().equals(BrokerLogin.GUEST) && !address.isThisMachine();
  }

  /**
   * The reply code alone is not enough: NOT_ALLOWED also stands for too many connections, which may
   * pass.
   */
  private static boolean isNoVirtualHost(String why) {
    return why.startsWith("NOT_ALLOWED")
        && (why.contains("refused for user") || why.contains("not found"));
  }

  /** One line on why a connection or channel failed or was lost. */
  public static String explain(@Nullable Throwable failure) {
    if (failure == null) {
      return "closed";
    }
    if (cause(failure, UnknownHostException.class) != null) {
      return "unknown host";
    }
    if (cause(failure, NoRouteToHostException.class) != null) {
      return "no route to host";
    }
    if (cause(failure, ConnectException.class) != null) {
      return "connection refused";
    }
    ShutdownSignalException signal = cause(failure, ShutdownSignalException.class);
    return signal == null ? words(failure) : replyText(signal);
  }

  private static String replyText(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Connection.Close close) {
      return close.getReplyText();
    }
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return signal.getCause() == null ? words(signal) : words(signal.getCause());
  }

  private static String words(Throwable failure) {
    if (failure instanceof EOFException) {
      return "connection closed by the other end";
    }
    String text = failure.getMessage();
    return text == null || text.isBlank() ? failure.getClass().getSimpleName() : text;
  }

  private static ConnectionFactory factory(BrokerAddress address, SocketConfigurator sockets) {
    ConnectionFactory factory = new GuardedFactory();
    factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator().andThen(sockets));
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(HANDSHAKE_MILLIS);
    factory.setChannelRpcTimeout(CHANNEL_RPC_MILLIS);
    factory.setClientProperties(properties());
    factory.setExceptionHandler(new QuietExceptionHandler());
    factory.setThreadFactory(Threads.named(THREAD));
    if (address.tls()) {
      factory.useSslProtocol(tls(address));
      factory.enableHostnameVerification();
    }
    return factory;
  }

  /** Makes connections that no message can end. */
  private static final class GuardedFactory extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory plain = super.createFrameHandlerFactory();
      return (host, name) -> new GuardedFrames(plain.create(host, name));
    }
  }

  private static Map<String, Object> properties() {
    Map<String, Object> properties = new HashMap<>(new ConnectionFactory().getClientProperties());
    properties.put("product", "Assay");
    return properties;
  }

  private static SSLContext tls(BrokerAddress address) {
    Path file = address.caFile();
    try {
      if (file == null) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, CaFile.trustManagers(file), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
