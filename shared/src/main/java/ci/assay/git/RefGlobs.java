package ci.assay.git;

import ci.assay.common.InvalidInputException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Selects refs by name, where {@code *} stands for any characters, slashes included, as in git's
 * refspecs. A name that does not begin with {@code refs/} is the name of a branch, except {@code
 * HEAD}.
 */
public final class RefGlobs {

  /** All branches. */
  public static final String BRANCHES = "refs/heads/*";

  private final List<String> globs;
  private final List<Pattern> patterns;

  /**
   * @throws InvalidInputException when a glob can match no ref
   */
  public RefGlobs(List<String> globs) {
    this.globs = globs.stream().map(RefGlobs::full).toList();
    this.patterns = this.globs.stream().map(RefGlobs::pattern).toList();
  }

  /** Whether this ref is selected. */
  public boolean matches(String ref) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(ref).matches());
  }

  /** Prefixes such that the name of every selected ref begins with one of them. */
  List<String> prefixes() {
    return globs.stream().map(glob -> glob.replaceFirst("\\*.*", "")).distinct().toList();
  }

  private static String full(String glob) {
    if (glob.isBlank() || !glob.matches("[^\\s~^:?\\[\\\\]+")) {
      throw new InvalidInputException(
          "ref '%s' is not the name of a ref, such as refs/heads/release/*".formatted(glob));
    }
    return glob.startsWith("refs/") || glob.equals("HEAD") ? glob : "refs/heads/" + glob;
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile("\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E");
  }
}
