package ci.assay.worker.checkout;

import ci.assay.common.InvalidInputException;
import ci.assay.git.GitUrl;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a submodule. It comes from a commit, so it must not give the commit's author access to
 * more than the repository itself does: not to folders of this machine, except those beside the
 * repository, not to programs, and not to services on this machine.
 *
 * @param url the absolute URL
 * @param isNear whether it is at the same place as its superproject: on the same host with the same
 *     protocol, or in a folder beside it
 */
record SubmoduleUrl(GitUrl url, boolean isNear) {

  private static final int LONGEST = 2_000;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern HELPER = Pattern.compile("^[A-Za-z0-9+.-]*::.*");

  /** This machine, and link-local addresses. */
  private static final Pattern INTERNAL =
      Pattern.compile(
          "(?i)localhost\\.?|.*\\.localhost\\.?|0+|0x.*|[0-9]+|127\\..*|0\\..*|169\\.254\\..*|\\[?(::|fe80|::ffff:).*");

  /**
   * Parses a URL from {@code .gitmodules}.
   *
   * @param superproject the URL of the commit's repository
   * @throws RefusedCommitException when it is a URL that must not be fetched from
   */
  static SubmoduleUrl parse(String text, GitUrl superproject) throws RefusedCommitException {
    if (text.isBlank() || text.length() > LONGEST || CONTROL.matcher(text).find()) {
      throw refused(text, "it is empty, too long or has control characters");
    }
    if (text.startsWith("-") || HELPER.matcher(text).matches()) {
      throw refused(text, "it is not a URL, but an option or a helper program of git");
    }
    boolean isRelative = text.startsWith("./") || text.startsWith("../");
    String whole = isRelative ? resolve(text, superproject.text()) : text;
    GitUrl url;
    try {
      url = GitUrl.parse(whole);
    } catch (InvalidInputException e) {
      throw refused(text, String.valueOf(e.getMessage()));
    }
    Path local = url.local();
    if (local != null) {
      if (!isRelative && !text.startsWith("/") && !text.startsWith("file:")) {
        throw refused(text, "a relative one begins with ./ or ../");
      }
      return local(text, url, local, superproject.local());
    }
    URIish there = uri(text, whole);
    String host = String.valueOf(there.getHost());
    if (host.startsWith("-") || String.valueOf(there.getPath()).startsWith("-")) {
      throw refused(text, "it looks like an option");
    }
    boolean isNear =
        superproject.local() == null && isSameHost(there, uri(text, superproject.text()));
    if (isRelative && !isNear) {
      throw refused(text, "it leads out of the repository's host");
    }
    if (!isNear && INTERNAL.matcher(authority(whole, host)).matches()) {
      throw refused(text, "it leads to this machine or a host beside it");
    }
    return new SubmoduleUrl(url, isNear);
  }

  private static SubmoduleUrl local(
      String text, GitUrl url, Path local, @Nullable Path superproject)
      throws RefusedCommitException {
    Path parent = superproject == null ? null : superproject.getParent();
    if (parent == null || local.equals(parent) || !isBeside(local, parent)) {
      throw refused(
          text,
          "of this machine only folders beside a repository that is on this machine, too, are taken");
    }
    return new SubmoduleUrl(url, true);
  }

  private static boolean isBeside(Path local, Path parent) {
    return parent.equals(local.getParent())
        || (parent.getNameCount() > 0 && local.startsWith(parent));
  }

  /** Resolves a relative URL like git: each {@code ../} removes the last part. */
  private static String resolve(String relative, String base) throws RefusedCommitException {
    String left = base.replaceAll("/+$", "");
    String rest = relative;
    String joint = "/";
    while (rest.startsWith("./") || rest.startsWith("../")) {
      if (rest.startsWith("../")) {
        int slash = left.lastIndexOf('/');
        int cut = slash >= 0 ? slash : left.lastIndexOf(':');
        if (cut < 0) {
          throw refused(relative, "it leads above the repository's host");
        }
        joint = slash >= 0 ? "/" : ":";
        left = left.substring(0, cut);
      }
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    return left + joint + rest;
  }

  private static boolean isSameHost(URIish one, URIish other) {
    return scheme(one).equals(scheme(other))
        && String.valueOf(one.getHost()).equalsIgnoreCase(String.valueOf(other.getHost()))
        && one.getPort() == other.getPort()
        && (!scheme(one).equals("ssh") || Objects.equals(one.getUser(), other.getUser()));
  }

  /** The host and its brackets as written, because JGit does not parse every form of an address. */
  private static String authority(String whole, String host) {
    int begin = whole.indexOf("://");
    if (begin < 0) {
      return host;
    }
    String rest = whole.substring(begin + 3);
    String authority = rest.substring(0, rest.contains("/") ? rest.indexOf('/') : rest.length());
    return authority.substring(authority.lastIndexOf('@') + 1).replaceFirst(":[0-9]*$", "");
  }

  /** The protocol; {@code host:path} is the short form of an SSH URL. */
  private static String scheme(URIish uri) {
    return uri.getScheme() == null ? "ssh" : uri.getScheme().toLowerCase(Locale.ROOT);
  }

  /** Whether its protocol always needs a login. */
  boolean needsKey() {
    return url.local() == null && !url.text().matches("(?i)(https?|git)://.*");
  }

  private static URIish uri(String text, String whole) throws RefusedCommitException {
    try {
      return new URIish(whole);
    } catch (URISyntaxException e) {
      throw refused(text, e.getReason());
    }
  }

  private static RefusedCommitException refused(String text, String why) {
    String shown = CONTROL.matcher(text).replaceAll("?").replaceFirst("://[^/@]*@", "://");
    return new RefusedCommitException(
        "a submodule's URL '%s' in .gitmodules is refused: %s"
            .formatted(shown.length() > 200 ? shown.substring(0, 200) + "…" : shown, why));
  }
}
