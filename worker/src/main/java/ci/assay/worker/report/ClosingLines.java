package ci.assay.worker.report;

import ci.assay.model.report.TestCounts;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the closing lines of the test runners listed in docs/pipeline.md, and adds up their counts,
 * because one log may have the output of several runners. Takes the log line by line. Not
 * thread-safe.
 */
final class ClosingLines {

  /** Longer lines are not closing lines. */
  private static final int LONGEST = 1_000;

  private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*[mK]");
  private static final String NUMBER = "(\\d{1,9})";

  private static final Pattern UNITTEST_RAN = Pattern.compile("Ran " + NUMBER + " tests? in .*");
  private static final Pattern UNITTEST_END =
      Pattern.compile("(?:OK|FAILED|NO TESTS RAN)(?: \\((.*)\\))?");
  private static final Pattern PYTEST =
      Pattern.compile(
          "(?:=+ )?(\\d{1,9} [a-z][a-z -]*(?:, \\d{1,9} [a-z][a-z -]*)*) in \\d[\\d.]*s\\b.*");
  private static final Pattern CARGO =
      Pattern.compile("test result: (?:ok|FAILED)\\. (\\d{1,9} [a-z]+(?:; \\d{1,9} [a-z ]+)*).*");
  private static final Pattern JEST =
      Pattern.compile("Tests: +(\\d{1,9} [a-z]+(?:, \\d{1,9} [a-z]+)*)");
  private static final Pattern VITEST =
      Pattern.compile(
          " *Tests +(\\d{1,9} [a-z ]+?(?: \\| \\d{1,9} [a-z ]+?)*) \\(" + NUMBER + "\\)");
  private static final Pattern MOCHA =
      Pattern.compile(" *" + NUMBER + " (passing|pending|failing)(?: \\([^)]*\\))?");
  private static final Pattern RSPEC =
      Pattern.compile(
          NUMBER
              + " examples?, "
              + NUMBER
              + " failures?(?:, (\\d{1,9}) pending)?(?:, (\\d{1,9}) errors? occurred outside of examples)?");
  private static final Pattern MINITEST =
      Pattern.compile(
          NUMBER
              + " (?:runs|tests), \\d+ assertions, "
              + NUMBER
              + " failures, "
              + NUMBER
              + " errors(?:, \\d+ pendings)?, "
              + NUMBER
              + " (?:skips|omissions).*");
  private static final Pattern PHPUNIT_GOOD =
      Pattern.compile("OK \\(" + NUMBER + " tests?, \\d+ assertions?\\)");
  private static final Pattern PHPUNIT =
      Pattern.compile("Tests: " + NUMBER + ", Assertions: \\d+((?:, [A-Za-z ]+: \\d{1,9})*)\\.");
  private static final Pattern CTEST =
      Pattern.compile(
          "\\d{1,3}% tests passed, " + NUMBER + " tests? failed out of " + NUMBER + ".*");
  private static final Pattern CTEST_SKIPPED =
      Pattern.compile(" *\\d+/\\d+ +Test +#\\d+: .*\\*\\*\\*Skipped .*");
  private static final Pattern DOTNET =
      Pattern.compile(
          "(?:Passed|Failed|Skipped)! +- Failed: +"
              + NUMBER
              + ", Passed: +\\d+, Skipped: +"
              + NUMBER
              + ", Total: +"
              + NUMBER
              + ",.*");

  private static final Pattern ASSIGNED = Pattern.compile("([A-Za-z ]+)(?:=|: )" + NUMBER);
  private static final Pattern COUNTED = Pattern.compile(NUMBER + " ([a-z][a-z -]*)");

  /** Each of the closing lines above has a digit and one of these words. */
  private static final List<String> WORDS =
      List.of("est", "pass", "fail", "Fail", "pending", "example", " in ");

  private static final char ESCAPE = '\u001b';

  private static final Set<String> SKIPPED =
      Set.of("skipped", "xfailed", "ignored", "todo", "pending");

  private @Nullable TestCounts sum;

  /** How many tests unittest ran, while its last line is awaited; else -1. */
  private int ran = -1;

  /** Whether the last line was mocha's count of passed tests, or followed it. */
  private boolean hasPassing;

  private int skippedByCtest;

  /** The text without colour codes and carriage returns. */
  static String plain(String text) {
    String plain = text.indexOf(ESCAPE) < 0 ? text : COLOURS.matcher(text).replaceAll("");
    return plain.replace("\r", "");
  }

  /** The counts so far; null if there was no closing line. */
  @Nullable TestCounts counts() {
    return sum;
  }

  private void add(int total, int failed, int errors, int skipped) {
    TestCounts part = new TestCounts(total, failed, errors, skipped);
    sum = sum == null ? part : sum.plus(part);
  }

  /** Takes the next line, without colours and line end. */
  void line(String line) {
    if (line.isBlank() || line.length() > LONGEST) {
      return;
    }
    if (ran >= 0) {
      endOfUnittest(line);
      ran = -1;
    }
    boolean isLikely = isLikely(line);
    if (!isLikely || !isMocha(line)) {
      hasPassing = false;
      if (isLikely) {
        other(line);
      }
    }
  }

  /** A cheap test first, because logs are long and have few closing lines. */
  private static boolean isLikely(String line) {
    return line.chars().anyMatch(each -> each >= '0' && each <= '9')
        && WORDS.stream().anyMatch(line::contains);
  }

  private void other(String line) {
    Matcher closing = UNITTEST_RAN.matcher(line);
    if (closing.matches()) {
      ran = number(closing, 1);
      return;
    }
    for (Tool tool : TOOLS) {
      closing = tool.pattern().matcher(line);
      if (closing.matches()) {
        tool.reading().read(this, closing);
        return;
      }
    }
  }

  private record Tool(Pattern pattern, Reading reading) {}

  @FunctionalInterface
  private interface Reading {
    void read(ClosingLines sum, Matcher closing);
  }

  private static final List<Tool> TOOLS =
      List.of(
          new Tool(PYTEST, (lines, closing) -> lines.counted(closing.group(1))),
          new Tool(CARGO, (lines, closing) -> lines.counted(closing.group(1))),
          new Tool(JEST, (lines, closing) -> lines.counted(closing.group(1))),
          new Tool(VITEST, (lines, closing) -> lines.counted(closing.group(1))),
          new Tool(RSPEC, ClosingLines::rspec),
          new Tool(
              MINITEST,
              (lines, closing) ->
                  lines.add(
                      number(closing, 1),
                      number(closing, 2),
                      number(closing, 3),
                      number(closing, 4))),
          new Tool(PHPUNIT_GOOD, (lines, closing) -> lines.add(number(closing, 1), 0, 0, 0)),
          new Tool(
              PHPUNIT, (lines, closing) -> lines.assigned(number(closing, 1), closing.group(2))),
          new Tool(CTEST_SKIPPED, (lines, closing) -> lines.skippedByCtest++),
          new Tool(CTEST, ClosingLines::ctest),
          new Tool(
              DOTNET,
              (lines, closing) ->
                  lines.add(number(closing, 3), number(closing, 1), 0, number(closing, 2))));

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private void endOfUnittest(String line) {
    Matcher end = UNITTEST_END.matcher(line);
    if (end.matches()) {
      assigned(ran, end.group(1) == null ? "" : end.group(1));
    }
  }

  /** {@code failures=1, errors=2}, or {@code Failures: 1, Errors: 2}. */
  private void assigned(int total, String text) {
    int failed = 0;
    int errors = 0;
    int skipped = 0;
    Matcher parts = ASSIGNED.matcher(text);
    while (parts.find()) {
      int count = number(parts, 2);
      switch (parts.group(1).strip()) {
        case "failures", "unexpected successes", "Failures" -> failed += count;
        case "errors", "Errors" -> errors += count;
        case "skipped", "Skipped", "Incomplete" -> skipped += count;
        default -> {} // expected failures: they passed
      }
    }
    add(total, failed, errors, skipped);
  }

  /** {@code 2 failed, 1 passed, 5 subtests passed}: counts of unknown words are ignored. */
  private void counted(String text) {
    int passed = 0;
    int failed = 0;
    int errors = 0;
    int skipped = 0;
    boolean isKnown = false;
    Matcher parts = COUNTED.matcher(text);
    while (parts.find()) {
      int count = number(parts, 1);
      String word = parts.group(2).strip();
      String last = word.substring(word.lastIndexOf(' ') + 1);
      boolean isThis = true;
      if (last.equals("failed")) {
        failed += count;
      } else if (word.equals("passed") || word.equals("xpassed") || word.equals("expected fail")) {
        passed += count;
      } else if (word.equals("error") || word.equals("errors")) {
        errors += count;
      } else if (SKIPPED.contains(word)) {
        skipped += count;
      } else {
        isThis = word.equals("total");
      }
      isKnown |= isThis;
    }
    if (isKnown) {
      add(passed + failed + errors + skipped, failed, errors, skipped);
    }
  }

  private boolean isMocha(String line) {
    Matcher closing = MOCHA.matcher(line);
    if (!closing.matches()) {
      return false;
    }
    int count = number(closing, 1);
    boolean isFirst = closing.group(2).equals("passing");
    if (isFirst != line.endsWith(")") || (!isFirst && !hasPassing)) {
      return false;
    }
    boolean isFailing = closing.group(2).equals("failing");
    add(count, isFailing ? count : 0, 0, isFirst || isFailing ? 0 : count);
    hasPassing = true;
    return true;
  }

  private void rspec(Matcher closing) {
    add(number(closing, 1), number(closing, 2), number(closing, 4), number(closing, 3));
  }

  private void ctest(Matcher closing) {
    add(number(closing, 2), number(closing, 1), 0, skippedByCtest);
    skippedByCtest = 0;
  }
}
