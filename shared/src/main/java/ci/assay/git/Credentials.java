package ci.assay.git;

import ci.assay.common.InvalidInputException;
import ci.assay.common.SecretFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logins for HTTPS. They come from the environment: {@value #USERNAME} and {@value #PASSWORD} for
 * the hosts in {@value #HOSTS}, or the same with a host's name appended for that host alone ({@code
 * ASSAY_GIT_PASSWORD_GIT_EXAMPLE_ORG}). The password may also be in a file that {@value
 * #PASSWORD_FILE} names in the same way, or that systemd or Docker provides. Without any of these,
 * git's credential helper is asked; a person never is. A URL may come from a message, so a login is
 * sent only to a host that it is meant for, and over plain HTTP only to this machine. A login that
 * worked is kept in memory; one that was refused is looked up again the next time.
 */
final class Credentials extends CredentialsProvider {

  private static final Logger log = LoggerFactory.getLogger(Credentials.class);

  static final String USERNAME = "ASSAY_GIT_USERNAME";
  static final String PASSWORD = "ASSAY_GIT_PASSWORD";
  static final String PASSWORD_FILE = "ASSAY_GIT_PASSWORD_FILE";

  /** Comma-separated names of the hosts that the general login is for. */
  static final String HOSTS = "ASSAY_GIT_HOSTS";

  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

  /** The user name to send with a token; forges accept any. */
  private static final String ANY_USER = "git";

  /**
   * A user and their password or token.
   *
   * @param source where the password came from, for people
   */
  record Login(String user, String password, String source) {
    @Override
    public String toString() {
      return user;
    }
  }

  private final UnaryOperator<@Nullable String> environment;
  private final boolean hasLogins;
  private final Map<String, Login> known = new ConcurrentHashMap<>();
  private final Map<String, Login> refused = new ConcurrentHashMap<>();

  Credentials(UnaryOperator<@Nullable String> environment) {
    this(environment, true);
  }

  private Credentials(UnaryOperator<@Nullable String> environment, boolean hasLogins) {
    this.environment = environment;
    this.hasLogins = hasLogins;
  }

  /** Has no login for any host, whatever is configured. */
  static Credentials none() {
    return new Credentials(name -> null, false);
  }

  @Override
  public boolean isInteractive() {
    return false;
  }

  @Override
  public boolean supports(CredentialItem... items) {
    for (CredentialItem item : items) {
      if (!(item instanceof CredentialItem.Username)
          && !(item instanceof CredentialItem.Password)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean get(URIish uri, CredentialItem... items) {
    if (!hasLogins || !supports(items) || !mayHaveLogin(uri)) {
      return false;
    }
    Login login = known.computeIfAbsent(key(uri), key -> lookUp(uri));
    if (login == null) {
      return false;
    }
    for (CredentialItem item : items) {
      if (item instanceof CredentialItem.Username user) {
        user.setValue(login.user());
      } else if (item instanceof CredentialItem.Password password) {
        password.setValue(login.password().toCharArray());
      }
    }
    return true;
  }

  private static boolean mayHaveLogin(URIish uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    if (scheme.equals("http") && !THIS_MACHINE.matcher(host).matches()) {
      log.warn("no login is sent to {} over plain HTTP; use an https: URL", host);
      return false;
    }
    return scheme.equals("http") || scheme.equals("https");
  }

  /** Called when the login was refused. */
  @Override
  public void reset(URIish uri) {
    Login login = known.remove(key(uri));
    if (login != null) {
      refused.put(key(uri), login);
    }
  }

  /** The login that was last sent for this URL, even when it was refused; null when none was. */
  @Nullable Login latest(URIish uri) {
    Login login = known.get(key(uri));
    return login == null ? refused.get(key(uri)) : login;
  }

  private @Nullable Login lookUp(URIish uri) {
    refused.remove(key(uri));
    String host = "_" + uri.getHost().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    Secret password = secret(host);
    if (password == null) {
      password = general(uri.getHost(), host);
    }
    if (password == null) {
      return CredentialHelper.fill(uri);
    }
    String user = uri.getUser();
    for (String suffix : List.of(host, "")) {
      user = user != null ? user : value(USERNAME + suffix);
    }
    return new Login(user == null ? ANY_USER : user, password.text(), password.source());
  }

  /** A password, and where it came from, for people. */
  private record Secret(String text, String source) {}

  /**
   * The password in the environment, else in the file that is named there, else in the one that
   * systemd or Docker provides. A file is read each time, so that it may change.
   *
   * @param host the suffix of the variable for a single host, with its underscore; empty for the
   *     general password
   */
  private @Nullable Secret secret(String host) {
    String text = value(PASSWORD + host);
    if (text != null) {
      return new Secret(text, PASSWORD + host);
    }
    String named = value(PASSWORD_FILE + host);
    if (named != null) {
      return inFile(Path.of(named), PASSWORD_FILE + host);
    }
    Path brought = SecretFiles.brought(environment, PASSWORD + host);
    return brought == null ? null : inFile(brought, PASSWORD + host);
  }

  private static @Nullable Secret inFile(Path file, String origin) {
    try {
      return new Secret(SecretFiles.read(file, origin), file.toString());
    } catch (InvalidInputException e) {
      log.error("{}", e.getMessage());
      return null;
    }
  }

  /** The general password, if {@value #HOSTS} contains this host; else null. */
  private @Nullable Secret general(String host, String suffix) {
    Secret password = secret("");
    if (password == null || isGeneralHost(host)) {
      return password;
    }
    log.warn(
        "the password from {} is not sent to {}: put the host into {}, or the password into {}",
        password.source(),
        host,
        HOSTS,
        PASSWORD + suffix);
    return null;
  }

  private boolean isGeneralHost(String host) {
    String hosts = value(HOSTS);
    return hosts != null
        && Arrays.stream(hosts.split(",")).anyMatch(each -> each.strip().equalsIgnoreCase(host));
  }

  private @Nullable String value(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  private static String key(URIish uri) {
    return uri.getUser() + "@" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
  }
}
