package ci.assay.failure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the frames of the project's own code in a stack trace. Frames of runtimes, test libraries,
 * build tools and installed packages are left out. Knows the frames of Java, Python, JavaScript,
 * Go, Rust and Ruby, and all that have {@code FILE:LINE}.
 */
final class StackFrames {

  private static final Pattern JAVA = Pattern.compile("\\s*at [\\w.$/@<>-]+\\(.*\\)\\s*");
  private static final Pattern PYTHON = Pattern.compile("\\s*File \"[^\"]+\", line \\d+.*");
  private static final Pattern SCRIPT =
      Pattern.compile("\\s*at .*[A-Za-z/\\\\]\\S*:\\d+:\\d+\\)?\\s*");
  private static final Pattern PLACE =
      Pattern.compile("\\s*(?:-->|from|at|#)?\\s*\\S*[\\w)\\]]\\.[A-Za-z]{1,5}:\\d+\\b.*");
  private static final Pattern CAUSE = Pattern.compile("\\s*Caused by: .*");

  private static final Pattern FOREIGN_CLASS =
      Pattern.compile(
          "\\s*at (?:[\\w.@-]+/)*(?:java|javax|jdk|sun|com\\.sun|kotlin|scala|groovy|clojure"
              + "|junit|org\\.(?:junit|testng|opentest4j|hamcrest|assertj|mockito|powermock|apache\\.maven"
              + "|gradle|codehaus|spockframework|scalatest|jetbrains)|worker\\.org\\.gradle"
              + "|com\\.google\\.common\\.truth|io\\.kotest|net\\.bytebuddy|io\\.quarkus\\.test)\\..*");
  private static final Pattern FOREIGN_FILE =
      Pattern.compile(
          "site-packages|dist-packages|[/\\\\](?:usr/)?lib/python\\d|[/\\\\]lib/python\\d|<frozen|<string>"
              + "|[/\\\\]_pytest[/\\\\]|[/\\\\]unittest[/\\\\]|node_modules|\\bnode:|\\(internal/|at internal/"
              + "|/usr/(?:local/)?(?:lib/)?go[/-]|/go/src/|/pkg/mod/|\\b(?:testing|runtime|panic)\\.go:"
              + "|/rustc/|\\.cargo[/\\\\]registry|/rustlib/|/gems/|/lib/ruby/|\\(native\\)|<anonymous>");

  private StackFrames() {}

  /** Whether a line of a log or stack trace is a frame in code that is not the project's. */
  static boolean isForeign(String line) {
    return isFrame(line)
        && (FOREIGN_CLASS.matcher(line).matches() || FOREIGN_FILE.matcher(line).find());
  }

  static boolean isFrame(String line) {
    return JAVA.matcher(line).matches()
        || PYTHON.matcher(line).matches()
        || SCRIPT.matcher(line).matches()
        || PLACE.matcher(line).matches();
  }

  /** The project's own frames and the lines {@code Caused by}, each once. */
  static List<String> own(List<String> stack, int most) {
    Set<String> own = new LinkedHashSet<>();
    for (String line : stack) {
      boolean isTold = CAUSE.matcher(line).matches() || (isFrame(line) && !isForeign(line));
      if (isTold && own.size() < most) {
        own.add(line.strip());
      }
    }
    return new ArrayList<>(own);
  }
}
