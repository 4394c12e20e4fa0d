package ci.assay.git;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Repository;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * A repository's URL: a path, {@code file:}, {@code https:}, {@code ssh:} or {@code
 * user@host:path}.
 *
 * @param text as it was given; a path is made absolute
 * @param local the path of a repository on this machine; null for any other
 */
public record GitUrl(String text, @Nullable Path local) {

  /** As long as a path can be. To see what a longer one is takes JGit the square of its length. */
  private static final int LONGEST = 4_096;

  private static final Pattern WEB_LOGIN = Pattern.compile("(?i)^((?:https?|git)://)(?:[^/]*@)?");
  private static final Pattern SSH_PASSWORD = Pattern.compile("(?i)^(ssh://[^/:@]*):[^/]*(@)");
  private static final Set<String> SCHEMES = Set.of("file", "https", "http", "ssh", "git");

  /**
   * Reads a URL as git does.
   *
   * @throws InvalidInputException when it is not a URL, has an unsupported scheme, or contains a
   *     password
   */
  public static GitUrl parse(String text) {
    if (text.length() > LONGEST) {
      throw new InvalidInputException(
          "a repository's URL has %d characters; %d are the most"
              .formatted(text.length(), LONGEST));
    }
    URIish uri = uri(text);
    if (uri.getPass() != null) {
      throw new InvalidInputException(
          "repository '%s' has a password in its URL; give it in %s"
              .formatted(uri, Credentials.PASSWORD));
    }
    String scheme = uri.getScheme();
    if (scheme != null && !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
      throw new InvalidInputException(
          "repository '%s' is neither a path nor file:, https:, ssh: or user@host:path"
              .formatted(text));
    }
    boolean remote = scheme == null ? uri.getHost() != null : !scheme.equalsIgnoreCase("file");
    if (remote) {
      return new GitUrl(text, null);
    }
    Path path = path(text, uri.getPath());
    return new GitUrl(path.toString(), path);
  }

  /**
   * The same repository, with an absolute path where its URL is a path, so that it means the same
   * in every process.
   *
   * @throws InvalidInputException as {@link #parse}
   */
  public static Repository absolute(Repository repository) {
    return new Repository(repository.name(), parse(repository.url()).text());
  }

  /**
   * The URL without parts that may be secret, for display: the user of an {@code http(s):} or
   * {@code git:} URL, which may be a token, and the query. The user of {@code ssh:} stays, since
   * the URL is useless without it.
   */
  public String withoutLogin() {
    if (local != null) {
      return text;
    }
    return WEB_LOGIN.matcher(text).find()
        ? WEB_LOGIN.matcher(text).replaceFirst("$1").replaceFirst("[?#].*", "")
        : SSH_PASSWORD.matcher(text).replaceFirst("$1$2");
  }

  /**
   * The last path element without {@code .git}, with only characters that are safe in the name of a
   * folder.
   */
  String lastElement() {
    String trimmed = text.replaceAll("/+$", "").replaceAll("/?\\.git$", "");
    String last =
        trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf(':')) + 1);
    String safe = last.replaceAll("[^A-Za-z0-9._-]", "_");
    return safe.isEmpty() ? "repository" : safe.substring(0, Math.min(safe.length(), 64));
  }

  private static URIish uri(String text) {
    try {
      return new URIish(text);
    } catch (URISyntaxException e) {
      throw new InvalidInputException(
          "repository '%s' is not a URL that git understands: %s".formatted(text, e.getReason()),
          e);
    } catch (NumberFormatException e) { // by JGit, for a port that is too large for an int
      throw new InvalidInputException(
          "repository '%s' is not a URL that git understands: its port is too large"
              .formatted(text),
          e);
    }
  }

  private static Path path(String text, String path) {
    try {
      return Path.of(path).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "repository '%s' is not a valid path: %s".formatted(text, e.getReason()), e);
    }
  }
}
