package ci.assay.broker;

import ci.assay.common.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The address of a broker and the login to use there.
 *
 * @param tls whether to use TLS; the certificate chain and the host name are always verified
 * @param login the user and password to log in with
 * @param virtualHost {@code /} by default
 * @param caFile PEM certificates to trust instead of the JDK's; null for the JDK's
 */
public record BrokerAddress(
    boolean tls,
    String host,
    int port,
    BrokerLogin login,
    String virtualHost,
    @Nullable Path caFile) {

  private static final int PLAIN_PORT = 5672;
  private static final int TLS_PORT = 5671;
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads {@code amqp[s]://[USER[:PASSWORD]@]HOST[:PORT][/VHOST]}, user and password
   * percent-encoded; both are {@code guest} when left out. Without a virtual host, or with an empty
   * one, it is {@code /}.
   *
   * @throws InvalidInputException when {@code text} has another form; the message never contains
   *     the password
   */
  public static BrokerAddress parse(String text) {
    URI uri = uri(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
      throw wrong(text, "it begins with neither amqp:// nor amqps://");
    }
    if (uri.getHost() == null) {
      throw wrong(text, "it names no host, or a host or port of the wrong form");
    }
    if (uri.getPort() > HIGHEST_PORT || uri.getPort() == 0) {
      throw wrong(text, "port " + uri.getPort() + " is not from 1 to " + HIGHEST_PORT);
    }
    boolean tls = scheme.equals("amqps");
    return new BrokerAddress(
        tls,
        uri.getHost(),
        uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT,
        login(uri),
        virtualHost(text, uri),
        null);
  }

  public String user() {
    return login.user();
  }

  public String password() {
    return login.password();
  }

  /** Whether the host is a loopback address of this machine. */
  public boolean isThisMachine() {
    return host.equalsIgnoreCase("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** The same broker, trusting only the certificates in {@code file}. */
  public BrokerAddress withCaFile(Path file) {
    return new BrokerAddress(tls, host, port, login, virtualHost, file);
  }

  /** The same broker and user with this password, unless the address already has one of its own. */
  public BrokerAddress withPasswordIfMissing(String password) {
    return login.hasPassword()
        ? this
        : new BrokerAddress(
            tls, host, port, new BrokerLogin(user(), password), virtualHost, caFile);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(text, e.getReason().toLowerCase(Locale.ROOT) + " at index " + e.getIndex());
    }
  }

  private static BrokerLogin login(URI uri) {
    String raw = uri.getRawUserInfo();
    if (raw == null) {
      return new BrokerLogin(BrokerLogin.GUEST, BrokerLogin.GUEST);
    }
    int colon = raw.indexOf(':');
    return colon < 0
        ? new BrokerLogin(decode(raw), BrokerLogin.GUEST)
        : new BrokerLogin(decode(raw.substring(0, colon)), decode(raw.substring(colon + 1)));
  }

  private static String virtualHost(String text, URI uri) {
    String path = uri.getRawPath();
    if (path == null || path.length() <= 1) {
      return "/";
    }
    if (path.indexOf('/', 1) >= 0) {
      throw wrong(text, "the virtual host has a slash; write it as %2F");
    }
    return decode(path.substring(1));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static InvalidInputException wrong(String text, String why) {
    return new InvalidInputException(
        "broker '%s' is not amqp[s]://[USER[:PASSWORD]@]HOST[:PORT][/VHOST]: %s"
            .formatted(withoutPassword(text), why));
  }

  private static String withoutPassword(String text) {
    return text.replaceFirst("(//[^:/@]*:)[^/]*@", "$1…@");
  }

  /** The address with its password, in the form that {@link #parse} reads: for a child process. */
  public String withPassword() {
    return "%s://%s:%s@%s:%d/%s"
        .formatted(
            tls ? "amqps" : "amqp",
            encode(user()),
            encode(password()),
            host,
            port,
            encode(virtualHost));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    String path = virtualHost.equals("/") ? "" : "/" + virtualHost.replace("/", "%2F");
    return (tls ? "amqps" : "amqp") + "://" + host + ":" + port + path;
  }
}
