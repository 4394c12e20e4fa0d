package ci.assay.pipeline;

import ci.assay.common.PathPattern;
import java.util.List;

/**
 * Selects files by patterns as in {@code .gitignore}. The last pattern that matches the file, or a
 * folder that contains it, decides; a pattern that begins with {@code !} excludes. If all patterns
 * exclude, files that none of them matches are selected. A match takes no more steps than the
 * lengths of pattern and path allow.
 */
public final class PathFilter {

  private record Rule(PathPattern pattern, boolean takes) {}

  private final List<Rule> rules;
  private final boolean isUsual;

  public PathFilter(List<String> patterns) {
    this.rules =
        patterns.stream()
            .map(
                text ->
                    text.startsWith("!")
                        ? new Rule(pattern(text.substring(1)), false)
                        : new Rule(pattern(text), true))
            .toList();
    this.isUsual = rules.stream().noneMatch(Rule::takes);
  }

  /**
   * Whether a file is selected.
   *
   * @param path relative to the top of the repository, with {@code /}
   */
  public boolean matches(String path) {
    for (int i = rules.size() - 1; i >= 0; i--) {
      if (isIn(rules.get(i).pattern(), path)) {
        return rules.get(i).takes();
      }
    }
    return isUsual;
  }

  private static PathPattern pattern(String text) {
    String whole = text.startsWith("./") ? text.substring(2) : text;
    return PathPattern.parse(whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole);
  }

  private static boolean isIn(PathPattern pattern, String path) {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (pattern.matches(path.substring(0, end))) {
        return true;
      }
    }
    return pattern.matches(path);
  }
}
