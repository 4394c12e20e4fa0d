package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the test cases from the output of Python's unittest, line by line: all cases if it is
 * verbose, otherwise only failed ones. If unittest ran several times in one log, the cases of all
 * its runs are collected. Not thread-safe.
 */
final class UnittestCases {

  /** More cases than fit into a run's file of test cases. */
  private static final int MOST = 200_000;

  private static final String UNEXPECTED_SUCCESS = "unexpected success";
  private static final int LONGEST_STACK = TestCase.MAX_STACK;

  /** {@code test_x (pkg.mod.Class.test_x)}, and the rest of the line. */
  private static final Pattern BEGUN =
      Pattern.compile(
          "^ {0,4}(\\w+) \\(([\\w.<>]+)\\)(| [\\[(.].*)$", Pattern.UNICODE_CHARACTER_CLASS);

  /** Separates a case, or the first line of its docstring, from its outcome. */
  private static final String DOTS = " ... ";

  /** The words for how a case ended, except for skipped ones. */
  private static final Map<String, CaseOutcome> WORDS =
      Map.of(
          "ok",
          CaseOutcome.PASSED,
          "expected failure",
          CaseOutcome.PASSED,
          "FAIL",
          CaseOutcome.FAILED,
          UNEXPECTED_SUCCESS,
          CaseOutcome.FAILED,
          "ERROR",
          CaseOutcome.ERRORED);

  private static final Pattern SKIPPED = Pattern.compile("skipped (['\"])");

  private static final Pattern SECTION =
      Pattern.compile(
          "^(FAIL|ERROR|UNEXPECTED SUCCESS): (\\w+) \\(([\\w.<>]+)\\)(.*)$",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern CLOSING = Pattern.compile("^Ran \\d{1,9} tests? in .*");
  private static final String DOUBLE_RULE = "=".repeat(70);
  private static final String RULE = "-".repeat(70);

  private record Name(String group, String name) {
    static Name of(String name, String where, String details) {
      boolean isRepeated = where.endsWith("." + name);
      String group = isRepeated ? where.substring(0, where.length() - name.length() - 1) : where;
      return new Name(group, name + details);
    }
  }

  private Map<Name, TestCase> cases = new LinkedHashMap<>();
  private final List<TestCase> ended = new ArrayList<>();

  /** A case whose outcome was not printed yet. */
  private @Nullable Name begun;

  /** Whether only its outcome is still to come, and not the first line of its docstring. */
  private boolean isAwaited;

  private @Nullable Name section;
  private CaseOutcome sectionOutcome = CaseOutcome.FAILED;
  private @Nullable StringBuilder stack;

  /** Takes the next line, without its line end. */
  void line(String line) {
    if (line.equals(DOUBLE_RULE)) {
      endSection();
      begun = null;
    } else if (line.equals(RULE)) {
      rule();
    } else if (section != null) {
      inSection(line);
    } else if (line.startsWith("Ran ") && CLOSING.matcher(line).matches()) {
      ended.addAll(cases.values());
      cases = new LinkedHashMap<>();
      begun = null;
    } else if (!beginsSection(line)) {
      progress(line);
    }
  }

  /** Passes on the cases that were found. */
  void forEach(Consumer<TestCase> each) {
    ended.forEach(each);
  }

  // --- the lines of the run itself --------------------------------------------------------------

  private void progress(String line) {
    Matcher start = line.contains(" (") ? BEGUN.matcher(line) : null;
    if (start != null && start.matches()) {
      String rest = start.group(3);
      int dots = rest.indexOf(DOTS);
      String details = dots < 0 ? rest : rest.substring(0, dots);
      begun = Name.of(start.group(1), start.group(2), details);
      isAwaited = dots >= 0;
      if (isAwaited) {
        endIn(rest.substring(dots + DOTS.length()));
      }
    } else if (begun != null) {
      int dots = line.lastIndexOf(DOTS);
      if (isAwaited || dots >= 0) {
        endIn(isAwaited ? line : line.substring(dots + DOTS.length()));
        isAwaited = true;
      }
    }
  }

  /** The output of the test itself may precede the word for its outcome on the same line. */
  private void endIn(String text) {
    WORDS.forEach(
        (word, outcome) -> {
          if (isLastWord(word, text)) {
            end(outcome, word.equals(UNEXPECTED_SUCCESS) ? word : null);
          }
        });
    Matcher skipped = SKIPPED.matcher(text);
    if (skipped.find() && text.length() > skipped.end() && text.endsWith(skipped.group(1))) {
      end(CaseOutcome.SKIPPED, text.substring(skipped.end(), text.length() - 1));
    }
  }

  private static boolean isLastWord(String word, String text) {
    int before = text.length() - word.length() - 1;
    return text.endsWith(word) && (before < 0 || !Character.isLetterOrDigit(text.charAt(before)));
  }

  private void end(CaseOutcome outcome, @Nullable String message) {
    Name name = begun;
    if (name != null) {
      put(name, new TestCase(name.group(), name.name(), outcome, null, message, null));
    }
    begun = null;
  }

  private void put(Name name, TestCase one) {
    if (ended.size() + cases.size() < MOST || cases.containsKey(name)) {
      cases.put(name, one);
    }
  }

  // --- the sections about failures ---------------------------------------------------------------

  private boolean beginsSection(String line) {
    Matcher start = SECTION.matcher(line);
    if (!start.matches()) {
      return false;
    }
    section = Name.of(start.group(2), start.group(3), start.group(4));
    sectionOutcome = start.group(1).equals("ERROR") ? CaseOutcome.ERRORED : CaseOutcome.FAILED;
    stack = null;
    return true;
  }

  private void rule() {
    if (section != null && stack == null) {
      stack = new StringBuilder();
    } else {
      endSection();
    }
  }

  private void inSection(String line) {
    StringBuilder kept = stack;
    if (kept != null && kept.length() <= LONGEST_STACK) {
      kept.append(line, 0, Math.min(line.length(), LONGEST_STACK)).append('\n');
    }
  }

  private void endSection() {
    Name name = section;
    if (name != null) {
      String text = stack == null ? "" : stack.toString().strip();
      put(
          name,
          new TestCase(
              name.group(),
              name.name(),
              sectionOutcome,
              null,
              text.isEmpty() ? null : error(text),
              text.isEmpty() ? null : text));
    }
    section = null;
    stack = null;
  }

  /** The first line after the last frame of a traceback that is not indented: the error. */
  private static String error(String traceback) {
    int frame = traceback.lastIndexOf("\n  File \"");
    return traceback
        .substring(Math.max(0, frame))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .filter(line -> !line.startsWith("Traceback (most recent call last)"))
        .findFirst()
        .orElseGet(() -> traceback.lines().findFirst().orElse(""));
  }
}
