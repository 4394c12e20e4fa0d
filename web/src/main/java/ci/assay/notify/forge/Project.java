package ci.assay.notify.forge;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which project of which forge a repository is, by its address: nothing that a commit says gets
 * into one.
 *
 * @param host in lower case
 * @param path {@code owner/name}, with nothing in it that would have to be escaped
 */
record Project(String host, String path) {

  private static final int LONGEST = 1_000;
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?:https?|ssh|git)://(?:[^/@]*@)?(?<host>[A-Za-z0-9.-]+)(?::\\d{1,5})?/+"
              + "|(?:[^/@:]+@)?(?<short>[A-Za-z0-9.-]+):/*)"
              + "(?<path>[^?#]+?)(?:\\.git)?/*");
  private static final Pattern PATH =
      Pattern.compile("(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+)+");

  /** The one of a repository; empty where its address is of no forge. */
  static Optional<Project> of(String url) {
    if (url.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher parts = ADDRESS.matcher(url);
    if (!parts.matches() || !isPath(parts.group("path"))) {
      return Optional.empty();
    }
    String host = parts.group("host") == null ? parts.group("short") : parts.group("host");
    return Optional.of(new Project(host.toLowerCase(Locale.ROOT), parts.group("path")));
  }

  /** Whether it is like {@code owner/name}. */
  static boolean isPath(String path) {
    return path.length() <= LONGEST && PATH.matcher(path).matches();
  }
}
