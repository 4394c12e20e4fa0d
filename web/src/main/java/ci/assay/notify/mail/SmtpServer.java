package ci.assay.notify.mail;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.rule.Rule;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server: {@code smtps:} uses TLS from the beginning, {@code smtp:} requires STARTTLS. A
 * connection without TLS is made only to this machine, or with {@code tls: none} and no password.
 *
 * @param user null if the server asks for none
 * @param password null if the server asks for none
 */
record SmtpServer(
    String host,
    int port,
    Security security,
    @Nullable String user,
    @Nullable SecretFile password) {

  private static final String TIMEOUT_MILLIS = "10000";

  /** The encryption of the connection. */
  enum Security {
    TLS,
    STARTTLS,
    NONE
  }

  /**
   * The server of a rule.
   *
   * @throws InvalidInputException when a setting is missing or invalid
   */
  static SmtpServer of(Rule rule) {
    URI uri = uri(rule.required("server"));
    boolean isTls = "smtps".equals(uri.getScheme());
    boolean isLocal = uri.getHost().matches("localhost|127\\.[0-9.]+|\\[::1\\]");
    String tls = rule.value("tls");
    if (tls != null && !tls.equals("none") && !tls.equals("required")) {
      throw new InvalidInputException("tls '" + tls + "' is neither required nor none");
    }
    boolean isPlain = "none".equals(tls) || (tls == null && isLocal);
    String user = rule.value("user");
    if (isPlain && !isTls && !isLocal && user != null) {
      throw new InvalidInputException(
          "a password is not sent without TLS; leave out 'tls: none', or the user");
    }
    Security security = isTls ? Security.TLS : isPlain ? Security.NONE : Security.STARTTLS;
    int defaultPort = isTls ? 465 : isPlain ? 25 : 587;
    return new SmtpServer(
        uri.getHost(),
        uri.getPort() < 0 ? defaultPort : uri.getPort(),
        security,
        user,
        user == null ? null : new SecretFile(Path.of(rule.required("password-file"))));
  }

  private static URI uri(String text) {
    try {
      URI uri = new URI(text);
      boolean isKnown = "smtp".equals(uri.getScheme()) || "smtps".equals(uri.getScheme());
      if (isKnown && uri.getHost() != null && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // reported below
    }
    throw new InvalidInputException(
        "server '" + text + "' is not smtp://HOST[:PORT] or smtps://HOST[:PORT]");
  }

  String protocol() {
    return security == Security.TLS ? "smtps" : "smtp";
  }

  /**
   * The settings of the connection, as Angus Mail documents them (package
   * org.eclipse.angus.mail.smtp).
   */
  Properties properties() {
    Properties all = new Properties();
    String prefix = "mail." + protocol() + ".";
    all.setProperty(prefix + "connectiontimeout", TIMEOUT_MILLIS);
    all.setProperty(prefix + "timeout", TIMEOUT_MILLIS);
    all.setProperty(prefix + "writetimeout", TIMEOUT_MILLIS);
    all.setProperty(prefix + "sendpartial", "true");
    all.setProperty(prefix + "ssl.checkserveridentity", "true");
    if (security == Security.STARTTLS) {
      all.setProperty(prefix + "starttls.enable", "true");
      all.setProperty(prefix + "starttls.required", "true");
    }
    if (user != null) {
      all.setProperty(prefix + "auth", "true");
    }
    return all;
  }
}
