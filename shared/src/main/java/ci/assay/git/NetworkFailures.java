package ci.assay.git;

import ci.assay.common.CannotRunException;
import ci.assay.common.FailureText;
import ci.assay.git.Credentials.Login;
import ci.assay.git.GitException.Kind;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a repository on another machine could not be read, from the exception that JGit
 * threw.
 */
final class NetworkFailures {

  private NetworkFailures() {}

  /**
   * @param login the login that was sent; null when none was
   */
  static GitException of(URIish uri, @Nullable Login login, Exception failure) {
    if (failure instanceof NotSupportedException) {
      return trouble(Kind.UNSUPPORTED, uri, FailureText.of(failure), failure);
    }
    String unreachable = unreachable(failure);
    if (unreachable != null) {
      return trouble(Kind.UNREACHABLE, uri, unreachable, failure);
    }
    if (cause(failure, SSLException.class) != null) {
      return denied(uri, "no TLS with it: " + distrust(failure), failure);
    }
    return fromWords(uri, login, failure);
  }

  /** The failure for a CA file that cannot be used. */
  static GitException noTrust(URIish uri, CannotRunException failure) {
    return denied(uri, "no TLS with it: " + failure.getMessage(), failure);
  }

  private static String distrust(Exception failure) {
    return cause(failure, CertPathBuilderException.class) == null
        ? FailureText.of(failure)
        : "its certificate is not from a trusted authority; name the authority's PEM"
            + " file in %s or in git's http.sslCAInfo".formatted(HttpsTrust.VARIABLE);
  }

  /**
   * Recognizes failures by the messages of JGit and the server, since JGit has no types for them.
   */
  private static GitException fromWords(URIish uri, @Nullable Login login, Exception failure) {
    String said = String.valueOf(failure.getMessage()) + " " + FailureText.of(failure);
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("not authorized") || words.contains("not permitted")) {
      return denied(uri, noLogin(login), failure);
    }
    if (words.contains("server key did not validate") || words.contains("host key")) {
      return denied(
          uri,
          "its host key is not in ~/.ssh/known_hosts; add it with 'ssh-keyscan %s%s >>~/.ssh/known_hosts' and compare it with what its owner says"
              .formatted(uri.getPort() > 0 ? "-p " + uri.getPort() + " " : "", uri.getHost()),
          failure);
    }
    if (words.contains("auth") && "ssh".equals(scheme(uri))) {
      return denied(
          uri,
          "it accepts none of the keys in ~/.ssh (keys with a passphrase are not used)",
          failure);
    }
    if (words.contains("object-format") || words.contains("sha256")) {
      return LocalRepository.sha256(uri.toString(), failure);
    }
    if (cause(failure, EOFException.class) != null) {
      String why = "the server hung up; servers do so when the repository uses SHA-256 ids, too";
      return trouble(Kind.UNREACHABLE, uri, why, failure);
    }
    if (words.contains("not our ref") || (words.contains("want") && words.contains("not valid"))) {
      return trouble(Kind.COMMIT_GONE, uri, FailureText.of(failure), failure);
    }
    if (cause(failure, NoRemoteRepositoryException.class) != null
        || words.contains("not found")
        || words.contains("does not appear to be a git repo")) {
      return new GitException(
          Kind.REPOSITORY_GONE,
          "repository %s does not exist, or may not be read".formatted(uri),
          failure);
    }
    return trouble(Kind.UNREACHABLE, uri, FailureText.of(failure), failure);
  }

  private static String noLogin(@Nullable Login login) {
    return login == null
        ? "it requires a login; set %s and %s, or configure git's credential helper"
            .formatted(Credentials.USERNAME, Credentials.PASSWORD)
        : "it refused user '%s' with the password from %s; put the right one there, or let that user read it"
            .formatted(login.user(), login.source());
  }

  private static @Nullable String unreachable(Exception failure) {
    if (cause(failure, UnknownHostException.class) != null) {
      return "unknown host";
    }
    if (cause(failure, NoRouteToHostException.class) != null) {
      return "no route to host";
    }
    if (cause(failure, ConnectException.class) != null) {
      return "connection refused";
    }
    return cause(failure, SocketTimeoutException.class) != null ? "no answer in time" : null;
  }

  private static GitException denied(URIish uri, String why, Exception failure) {
    return trouble(Kind.ACCESS_DENIED, uri, why, failure);
  }

  private static GitException trouble(Kind kind, URIish uri, String why, Exception failure) {
    return new GitException(kind, "repository %s cannot be read: %s".formatted(uri, why), failure);
  }

  private static String scheme(URIish uri) {
    return uri.getScheme() == null ? "ssh" : uri.getScheme();
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
