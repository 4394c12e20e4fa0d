package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Test Anything Protocol, versions 12 to 14, line by line. A test with subtests counts as
 * one test. Not thread-safe.
 */
final class TapLines {

  private static final Pattern VERSION = Pattern.compile("TAP version \\d+\\s*");
  private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d{1,9})(?:\\s+#.*)?\\s*");
  private static final Pattern POINT = Pattern.compile("(not )?ok\\b ?(\\d{1,9})?(?: -)?\\s?(.*)");
  private static final Pattern DIRECTIVE =
      Pattern.compile("(?<!\\\\)# *(skip|todo)\\w*\\s*(.*)$", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST_LINE = 8_000;

  private final Consumer<TestCase> cases;

  private @Nullable TestCase last;
  private final StringBuilder why = new StringBuilder();
  private boolean isTap;
  private long planned;
  private long points;
  private boolean isBroken;

  TapLines(Consumer<TestCase> cases) {
    this.cases = cases;
  }

  /** Whether a line can be the first line of TAP. */
  static boolean isFirst(String line) {
    return VERSION.matcher(line).matches() || PLAN.matcher(line).matches();
  }

  /** Takes the next line, without its line end. */
  void line(String line) {
    if (line.length() > LONGEST_LINE) {
      return;
    }
    if (line.startsWith("ok") || line.startsWith("not ok")) {
      Matcher point = POINT.matcher(line);
      if (point.matches()) {
        point(point);
      }
    } else if (line.startsWith("1..")) {
      Matcher plan = PLAN.matcher(line);
      if (plan.matches()) {
        isTap = true;
        planned += Long.parseLong(plan.group(1));
      }
    } else if (line.startsWith("TAP version ")) {
      isTap |= VERSION.matcher(line).matches();
    } else if (line.startsWith("Bail out!")) {
      bail(line.substring("Bail out!".length()).strip());
    } else if (last != null && (line.startsWith("#") || line.startsWith("  "))) {
      if (why.length() < TestCase.MAX_STACK) {
        why.append(line.startsWith("# ") ? line.substring(2) : line).append('\n');
      }
    }
  }

  private void point(Matcher point) {
    giveLast();
    points++;
    String rest = point.group(3);
    Matcher directive = DIRECTIVE.matcher(rest);
    boolean isGood = point.group(1) == null;
    CaseOutcome outcome = isGood ? CaseOutcome.PASSED : CaseOutcome.FAILED;
    String message = null;
    if (directive.find()) {
      boolean isSkip = directive.group(1).equalsIgnoreCase("skip");
      outcome = (isSkip || !isGood) ? CaseOutcome.SKIPPED : outcome;
      message = directive.group(2).isBlank() ? null : directive.group(2).strip();
      rest = rest.substring(0, directive.start());
    }
    String name = rest.replace("\\#", "#").strip();
    String number = point.group(2);
    last =
        new TestCase(
            "",
            name.isEmpty() ? "test " + (number == null ? points : number) : name,
            outcome,
            null,
            message,
            null);
  }

  private void bail(String reason) {
    giveLast();
    isBroken = isTap;
    if (isTap) {
      cases.accept(new TestCase("", "Bail out!", CaseOutcome.ERRORED, null, reason, null));
    }
  }

  private void giveLast() {
    TestCase one = last;
    if (one != null) {
      String text = why.toString().stripTrailing();
      boolean explains = one.outcome() == CaseOutcome.FAILED && !text.isBlank();
      cases.accept(
          explains ? new TestCase("", one.name(), one.outcome(), null, message(text), text) : one);
    }
    last = null;
    why.setLength(0);
  }

  /** The {@code message} or {@code error} in the YAML block, or else the first line. */
  private static String message(String text) {
    String first = null;
    for (String line : text.lines().toList()) {
      String bare = line.strip();
      if (bare.startsWith("message:") || bare.startsWith("error:")) {
        String value = bare.substring(bare.indexOf(':') + 1).strip();
        if (!value.isEmpty() && !value.startsWith("|") && !value.startsWith(">")) {
          return value.replaceAll("^(['\"])(.*)\\1$", "$2");
        }
      }
      if (first == null && !bare.isEmpty() && !bare.equals("---")) {
        first = bare;
      }
    }
    return first == null ? "" : first;
  }

  /** The output is complete. */
  void finish() {
    giveLast();
  }

  /** Whether the lines were TAP: a plan or a version, and tests unless none were planned. */
  boolean isTap() {
    return isTap && (points > 0 || planned == 0 || isBroken);
  }

  /** Why the output is incomplete; null when it is complete. */
  @Nullable String trouble() {
    return points < planned
        ? "%d of the %d tests that were planned are not there".formatted(planned - points, planned)
        : null;
  }
}
