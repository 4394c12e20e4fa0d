package ci.assay.git;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * Logins for HTTPS: from the environment, {@value #USERNAME} and {@value #PASSWORD}, or the same
 * with the host's name after it for that host alone ({@code ASSAY_GIT_PASSWORD_GIT_EXAMPLE_ORG});
 * else from git's credential helper. Never asks anybody. A login that worked is kept in memory, one
 * that was refused is looked up anew the next time.
 */
final class Credentials extends CredentialsProvider {

  static final String USERNAME = "ASSAY_GIT_USERNAME";
  static final String PASSWORD = "ASSAY_GIT_PASSWORD";

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
    boolean web = uri.getScheme() != null && uri.getScheme().startsWith("http");
    if (!web || !supports(items)) {
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
    if (password == null) {
      return CredentialHelper.fill(uri);
    }
    String user = uri.getUser() != null ? uri.getUser() : value(variable(USERNAME, uri));
    return new Login(user == null ? ANY_USER : user, password, source);
  }

  /** The variable for that host alone when it is set, else the general one. */
  private String variable(String name, URIish uri) {
    String suffix = "_" + uri.getHost().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return environment.apply(name + suffix) == null ? name : name + suffix;
  }

  private @Nullable String value(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  private static String key(URIish uri) {
    return uri.getUser() + "@" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
  }
}
