package ci.assay.common;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for paths, as in {@code .gitattributes}: {@code *} and {@code ?} stand for anything but
 * a slash, {@code [...]} for one of several, {@code **} for any number of folders. Since a commit
 * may contain any pattern, a match takes at most (length of the pattern) × (length of the path)
 * steps.
 */
public final class PathPattern {

  private static final int LONGEST = 2_048;

  private enum Kind {
    ONE,
    ANY_ONE,
    CLASS,
    ANY_IN_NAME,
    ANY
  }

  /** A step of the pattern; for a class, its text. */
  private record Step(Kind kind, char character, String text) {}

  private final Step[] steps;
  private final boolean isOfName;

  /**
   * The end of the file name, for a pattern such as {@code *.txt}, as nearly all are; null for any
   * other.
   */
  private final @Nullable String suffix;

  private PathPattern(Step[] steps, boolean isOfName) {
    this.steps = steps;
    this.isOfName = isOfName;
    this.suffix = isOfName ? suffix(steps) : null;
  }

  private static @Nullable String suffix(Step[] steps) {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].kind() != (i == 0 ? Kind.ANY_IN_NAME : Kind.ONE)) {
        return null;
      }
      suffix.append(i == 0 ? "" : steps[i].character());
    }
    return suffix.toString();
  }

  /** Reads a pattern; one that is empty, too long, or for folders only matches nothing. */
  public static PathPattern parse(String pattern) {
    if (pattern.length() > LONGEST || pattern.endsWith("/") || pattern.isEmpty()) {
      return new PathPattern(new Step[] {new Step(Kind.CLASS, '\0', "")}, false);
    }
    boolean isOfName = pattern.indexOf('/') < 0;
    String text = pattern.startsWith("/") ? pattern.substring(1) : pattern;
    Step[] steps = new Step[text.length()];
    int count = 0;
    int at = 0;
    while (at < text.length()) {
      int next = end(text, at);
      steps[count++] = step(text, at, next);
      at = next;
    }
    return new PathPattern(Arrays.copyOf(steps, count), isOfName);
  }

  /** The end index, exclusive, of the step that begins at {@code at}. */
  private static int end(String text, int at) {
    switch (text.charAt(at)) {
      case '\\' -> {
        return Math.min(at + 2, text.length());
      }
      case '*' -> {
        int end = at;
        while (end < text.length() && text.charAt(end) == '*') {
          end++;
        }
        boolean isWhole = end - at == 2 && (at == 0 || text.charAt(at - 1) == '/');
        return isWhole && end < text.length() && text.charAt(end) == '/' ? end + 1 : end;
      }
      case '[' -> {
        int from = at + 1;
        if (from < text.length() && (text.charAt(from) == '!' || text.charAt(from) == '^')) {
          from++;
        }
        int end = text.indexOf(']', from + 1);
        return end < 0 ? at + 1 : end + 1;
      }
      default -> {
        return at + 1;
      }
    }
  }

  private static Step step(String text, int at, int end) {
    char first = text.charAt(at);
    if (first == '\\' && end == at + 2) {
      return new Step(Kind.ONE, text.charAt(at + 1), "");
    }
    if (first == '?') {
      return new Step(Kind.ANY_ONE, first, "");
    }
    if (first == '[') { // without a closing bracket it matches nothing
      return new Step(Kind.CLASS, first, end > at + 1 ? text.substring(at + 1, end - 1) : "");
    }
    if (first != '*') {
      return new Step(Kind.ONE, first, "");
    }
    boolean begins = at == 0 || text.charAt(at - 1) == '/';
    boolean isFolders = begins && text.startsWith("**/", at) && end == at + 3;
    boolean isRest = begins && end - at == 2 && end == text.length();
    return isFolders || isRest
        ? new Step(Kind.ANY, isFolders ? '/' : '*', "")
        : new Step(Kind.ANY_IN_NAME, first, "");
  }

  /**
   * Whether the pattern matches a path.
   *
   * @param path the path of a file, relative to the folder of the pattern
   */
  public boolean matches(String path) {
    if (suffix != null) {
      return path.endsWith(suffix);
    }
    String text = isOfName ? path.substring(path.lastIndexOf('/') + 1) : path;
    boolean[] now = new boolean[text.length() + 1];
    now[0] = true;
    for (Step step : steps) {
      now = after(step, text, now);
    }
    return now[text.length()];
  }

  /**
   * For each {@code i}, whether the steps up to this one can match the first {@code i} characters;
   * {@code before} is the same without this step.
   */
  private static boolean[] after(Step step, String text, boolean[] before) {
    boolean[] after = new boolean[before.length];
    boolean isOpen = false;
    for (int i = 0; i < before.length; i++) {
      switch (step.kind()) {
        case ANY_IN_NAME -> {
          isOpen = before[i] || (isOpen && text.charAt(i - 1) != '/');
          after[i] = isOpen;
        }
        case ANY -> {
          after[i] =
              before[i] || (isOpen && (step.character() == '*' || text.charAt(i - 1) == '/'));
          isOpen |= before[i];
        }
        default -> after[i] = i > 0 && before[i - 1] && isOne(step, text.charAt(i - 1));
      }
    }
    return after;
  }

  private static boolean isOne(Step step, char character) {
    return switch (step.kind()) {
      case ONE -> step.character() == character;
      case ANY_ONE -> character != '/';
      case CLASS -> character != '/' && isIn(step.text(), character);
      case ANY, ANY_IN_NAME -> false;
    };
  }

  private static boolean isIn(String members, char character) {
    if (members.isEmpty()) {
      return false;
    }
    boolean isNot = members.charAt(0) == '!' || members.charAt(0) == '^';
    boolean found = false;
    for (int i = isNot ? 1 : 0; i < members.length(); i++) {
      char from = members.charAt(i);
      char to = from;
      if (i + 2 < members.length() && members.charAt(i + 1) == '-') {
        to = members.charAt(i + 2);
        i += 2;
      }
      found |= from <= character && character <= to;
    }
    return found != isNot;
  }
}
