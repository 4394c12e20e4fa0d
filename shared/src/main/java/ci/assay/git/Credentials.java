package ci.assay.git;

import java.util.Arrays;
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
 * Logins for HTTPS: from the environment, {@value #USERNAME} and {@value #PASSWORD} for the hosts
 * in {@value #HOSTS}, or the same with the host's name after it for that host alone ({@code
 * ASSAY_GIT_PASSWORD_GIT_EXAMPLE_ORG}); else from git's credential helper. A URL may come from a
 * message, so no login goes to a host that it was not meant for, and none over plain HTTP, except
 * to this machine. Never asks anybody. A login that worked is kept in memory, one that was refused
 * is looked up anew the next time.
 */
final class Credentials extends CredentialsProvider {

  static final String USERNAME = "ASSAY_GIT_USERNAME";
  static final String PASSWORD = "ASSAY_GIT_PASSWORD";

  /** Comma-separated names of the hosts that the general login is for. */
  static final String HOSTS = "ASSAY_GIT_HOSTS";

  private static final Logger log = LoggerFactory.getLogger(Credentials.class);

  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

  /** What forges accept beside a token, whatever it says. */
  private static final String ANY_USER = "git";

  /**
   * A user and their password or token.
   *
   * @param source where it came from, for people
   */
  record Login(String user, String password, String source) {
    @Override
    public String toString() {
      return user;
    }
  }

  private final UnaryOperator<@Nullable String> environment;
  private final Map<String, Login> known = new ConcurrentHashMap<>();
  private final Map<String, Login> refused = new ConcurrentHashMap<>();

  Credentials(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
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
    if (!supports(items) || !mayHaveLogin(uri)) {
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
      log.warn("no login is sent to {} over plain HTTP; watch it by https:", host);
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

  /** The login that was given last for this URL, also when it was refused; null when none was. */
  @Nullable Login latest(URIish uri) {
    Login login = known.get(key(uri));
    return login == null ? refused.get(key(uri)) : login;
  }

  private @Nullable Login lookUp(URIish uri) {
    refused.remove(key(uri));
    String source = variable(PASSWORD, uri);
    String password = value(source);
    if (password != null && source.equals(PASSWORD) && !isGeneralHost(uri.getHost())) {
      log.warn(
          "{} is not sent to {}: put the host into {}, or the password into {}",
          PASSWORD,
          uri.getHost(),
          HOSTS,
          PASSWORD + suffix(uri));
      password = null;
    }
    if (password == null) {
      return CredentialHelper.fill(uri);
    }
    String user = uri.getUser() != null ? uri.getUser() : value(variable(USERNAME, uri));
    return new Login(user == null ? ANY_USER : user, password, source);
  }

  /** The variable for that host alone when it is set, else the general one. */
  private String variable(String name, URIish uri) {
    String own = name + suffix(uri);
    return environment.apply(own) == null ? name : own;
  }

  private static String suffix(URIish uri) {
    return "_" + uri.getHost().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
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
