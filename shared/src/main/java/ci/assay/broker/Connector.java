package ci.assay.broker;

import ci.assay.model.CannotRunException;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens single connections and says in words why one could not be had. */
final class Connector {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int CHANNEL_RPC_MILLIS = 30_000;
  private static final int HEARTBEAT_SECONDS = 4;

  private final BrokerAddress address;
  private final String name;
  private final ConnectionFactory factory;

  /**
   * @throws CannotRunException when the CA file cannot be used
   */
  Connector(BrokerAddress address, String name) {
    this.address = address;
    this.name = name;
    this.factory = factory(address);
  }

  BrokerAddress address() {
    return address;
  }

  Connection connect() throws IOException, TimeoutException {
    return factory.newConnection(name);
  }

  /**
   * Says why waiting will not help, or null when it may.
   *
   * @param failure what {@link #connect} threw
   */
  @Nullable CannotRunException refusal(Exception failure) {
    if (failure instanceof AuthenticationFailureException
        || failure instanceof PossibleAuthenticationFailureException) {
      return new CannotRunException(
          "the broker at %s refused user '%s': wrong password, or no such user; give both in --broker"
              .formatted(address, address.user()),
          failure);
    }
    ShutdownSignalException closed = cause(failure, ShutdownSignalException.class);
    String said = closed == null ? "" : String.valueOf(closed.getMessage());
    if (said.contains("NOT_ALLOWED") || (said.contains("not found") && said.contains("vhost"))) {
      return new CannotRunException(
          ("the broker at %s has no virtual host '%s', or user '%s' may not use it;"
                  + " see rabbitmqctl list_permissions")
              .formatted(address, address.virtualHost(), address.user()),
          failure);
    }
    SSLException tls = cause(failure, SSLException.class);
    if (tls != null && address.tls()) {
      return new CannotRunException(
          "no TLS with the broker at %s: %s; name its CA with --broker-ca FILE"
              .formatted(address, tls.getMessage()),
          failure);
    }
    return null;
  }

  /** One line on why a connection failed or was lost. */
  static String explain(Throwable failure) {
    if (cause(failure, UnknownHostException.class) != null) {
      return "unknown host";
    }
    if (cause(failure, NoRouteToHostException.class) != null) {
      return "no route to host";
    }
    ConnectException refused = cause(failure, ConnectException.class);
    if (refused != null) {
      return "connection refused";
    }
    if (failure instanceof ShutdownSignalException signal && signal.getReason() != null) {
      Throwable deeper = signal.getCause();
      return deeper == null ? String.valueOf(signal.getReason()) : deeper.toString();
    }
    String text = failure.getMessage();
    return text == null || text.isBlank() ? failure.getClass().getSimpleName() : text;
  }

  private static ConnectionFactory factory(BrokerAddress address) {
    ConnectionFactory factory = new ConnectionFactory();
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
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setClientProperties(properties());
    if (address.tls()) {
      factory.useSslProtocol(tls(address));
      factory.enableHostnameVerification();
    }
    return factory;
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
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusting(file));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new CannotRunException(
          "CA file '%s' is not a readable file of PEM certificates: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static KeyStore trusting(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      if (number == 0) {
        throw new IOException("it has no certificate");
      }
    }
    return store;
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
