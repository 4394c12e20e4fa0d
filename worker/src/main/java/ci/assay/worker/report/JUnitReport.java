package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.worker.report.markup.MarkupAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads JUnit XML, in the dialects of docs/pipeline.md. The output of tests is ignored. */
final class JUnitReport implements ReportFormat {

  private static final int DEEPEST = 100;
  private static final Set<String> OUTPUTS = Set.of("system-out", "system-err");

  private final Consumer<ReportedCase> cases;
  private final Deque<Suite> suites = new ArrayDeque<>();

  /** The number of open suites that are nested too deep to be remembered. */
  private int deeper;

  private @Nullable JUnitCase open;

  /** The open element with the output of a test; null outside of one. */
  private @Nullable String output;

  private record Suite(String name, String written) {}

  JUnitReport(Consumer<ReportedCase> cases) {
    this.cases = cases;
  }

  @Override
  public void start(String element, MarkupAttributes attributes) {
    if (element.equals("testcase")) {
      finishCase();
      output = null;
      open = JUnitCase.of(attributes, path());
      return;
    }
    if (output != null) {
      return;
    }
    if (OUTPUTS.contains(element)) {
      output = element;
      return;
    }
    switch (element) {
      case "testsuite" -> {
        finishCase();
        begin(new Suite(attributes.get("name"), attributes.get("timestamp")));
      }
      case "failure" -> became(CaseOutcome.FAILED, element, attributes);
      case "error" -> became(CaseOutcome.ERRORED, element, attributes);
      case "skipped", "skip", "disabled", "ignored" -> {
        if (open != null) {
          open.became(CaseOutcome.SKIPPED, element, attributes);
        }
      }
      case "flakyFailure", "flakyError", "rerunFailure", "rerunError" -> {
        if (open != null) {
          open.failedOnce(element, attributes);
        }
      }
      default -> {}
    }
  }

  private void begin(Suite suite) {
    if (suites.size() < DEEPEST) {
      suites.push(suite);
    } else {
      deeper++;
    }
  }

  /**
   * A case with two failures counts as one failed test. An error outside of a case counts by
   * itself.
   */
  private void became(CaseOutcome outcome, String element, MarkupAttributes attributes) {
    if (open == null) {
      open = JUnitCase.ofSuite(path());
    }
    open.became(outcome, element, attributes);
  }

  /** The names of the open suites, from the outermost one, joined by {@code >}. */
  private String path() {
    StringBuilder path = new StringBuilder();
    String last = "";
    for (Iterator<Suite> each = suites.descendingIterator(); each.hasNext(); ) {
      String name = each.next().name();
      if (!name.isBlank() && !name.equals(last)) {
        path.append(path.isEmpty() ? "" : " > ").append(name);
        last = name;
      }
    }
    return path.toString();
  }

  @Override
  public void text(char[] characters, int from, int length) {
    if (open != null && output == null) {
      open.text(characters, from, length);
    }
  }

  @Override
  public void markText() {
    if (open != null) {
      open.markText();
    }
  }

  @Override
  public void forgetText() {
    if (open != null) {
      open.forgetText();
    }
  }

  @Override
  public void end(String element) {
    if (output != null) {
      output = element.equals(output) ? null : output;
      return;
    }
    if (open != null && open.endsWith(element)) {
      finishCase();
    } else if (element.equals("testsuite")) {
      finishCase();
      if (deeper > 0) {
        deeper--;
      } else {
        suites.poll();
      }
    }
  }

  /** If the file ends within a case, the case counts only if its outcome is known. */
  @Override
  public void finish() {
    if (open != null && open.isDecided()) {
      finishCase();
    }
    open = null;
  }

  private void finishCase() {
    JUnitCase current = open;
    if (current != null) {
      Suite suite = suites.peek();
      cases.accept(
          new ReportedCase(
              current.toTestCase(),
              suite == null ? "" : suite.name(),
              suite == null ? "" : suite.written(),
              current.isTest()));
      open = null;
    }
  }
}
