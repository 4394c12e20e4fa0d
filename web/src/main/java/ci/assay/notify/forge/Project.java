package ci.assay.notify.forge;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The project of a repository at a forge, derived from the repository's address alone; commits have
 * no influence on it.
 *
 * @param host the host of the forge, in lower case
 * @param path {@code owner/name}; needs no escaping in a URL
 */
record Project(String host, String path) {

  private static final int MAX_LENGTH = 1_000;
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?:https?|ssh|git)://(?:[^/@]*@)?(?<host>[A-Za-z0-9.-]+)(?::\\d{1,5})?/+"
              + "|(?:[^/@:]+@)?(?<short>[A-Za-z0-9.-]+):/*)"
              + "(?<path>[^?#]+?)(?:\\.git)?/*");
  private static final Pattern PATH =
      Pattern.compile("(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+)+");

  /** The project of a repository; empty if its address cannot be one at a forge. */
  static Optional<Project> of(String url) {
    if (url.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher parts = ADDRESS.matcher(url);
    if (!parts.matches() || !isPath(parts.group("path"))) {
      return Optional.empty();
    }
    String host = parts.group("host") == null ? parts.group("short") : parts.group("host");
    return Optional.of(new Project(host.toLowerCase(Locale.ROOT), parts.group("path")));
  }

  /** Whether {@code path} has the form {@code owner/name}. */
  static boolean isPath(String path) {
    return path.length() <= MAX_LENGTH && PATH.matcher(path).matches();
  }
}
