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
 * Extracts the test cases from the output of {@code cargo test}, line by line. The counts come from
 * its closing lines; see {@link ClosingLines}. Not thread-safe.
 */
final class CargoTestLines {

  private static final int MOST = 200_000;
  private static final Pattern CASE =
      Pattern.compile("test (\\S.*?)(?: - should panic)? \\.\\.\\. (ok|FAILED|ignored)(?:, (.*))?");
  private static final Pattern BINARY =
      Pattern.compile(" *Running (?:unittests )?(\\S+)(?: \\(.*\\))?| *Doc-tests (\\S+)");
  private static final Pattern PRINTED = Pattern.compile("---- (\\S.*) stdout ----");

  private final List<TestCase> ended = new ArrayList<>();
  private final Map<String, TestCase> cases = new LinkedHashMap<>();
  private String binary = "";
  private @Nullable String printing;
  private final StringBuilder printed = new StringBuilder();

  /** Takes the next line, without colours and line end. */
  void line(String line) {
    if (printing != null && !line.startsWith("---- ") && !line.equals("failures:")) {
      if (printed.length() < TestCase.MAX_STACK) {
        printed.append(line).append('\n');
      }
      return;
    }
    endPrinted();
    if (line.startsWith("test result: ")) {
      ended.addAll(cases.values());
      cases.clear();
    } else if (line.startsWith("test ")) {
      one(line);
    } else if (line.startsWith("---- ")) {
      Matcher start = PRINTED.matcher(line);
      printing = start.matches() && cases.containsKey(start.group(1)) ? start.group(1) : null;
    } else {
      Matcher next = BINARY.matcher(line);
      if (next.matches()) {
        binary = next.group(1) == null ? next.group(2) + " (doc-tests)" : next.group(1);
      }
    }
  }

  private void one(String line) {
    Matcher found = CASE.matcher(line);
    if (found.matches() && ended.size() + cases.size() < MOST) {
      CaseOutcome outcome =
          switch (found.group(2)) {
            case "ok" -> CaseOutcome.PASSED;
            case "FAILED" -> CaseOutcome.FAILED;
            default -> CaseOutcome.SKIPPED;
          };
      String name = found.group(1);
      cases.put(name, new TestCase(binary, name, outcome, null, found.group(3), null));
    }
  }

  private void endPrinted() {
    TestCase one = printing == null ? null : cases.get(printing);
    if (one != null && !printed.toString().isBlank()) {
      String text = printed.toString().strip();
      String message = text.lines().findFirst().orElse("");
      cases.put(
          one.name(), new TestCase(one.group(), one.name(), one.outcome(), null, message, text));
    }
    printing = null;
    printed.setLength(0);
  }

  void forEach(Consumer<TestCase> each) {
    ended.forEach(each);
  }
}
