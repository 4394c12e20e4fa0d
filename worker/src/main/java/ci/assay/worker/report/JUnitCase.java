package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.worker.report.markup.MarkupAttributes;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One test case of a JUnit XML file while the file is read. */
final class JUnitCase {

  private static final Set<String> SKIPPED =
      Set.of(
          "skipped",
          "skip",
          "notrun",
          "not run",
          "not_run",
          "disabled",
          "suppressed",
          "ignored",
          "ignore",
          "pending",
          "todo",
          "filtered");
  private static final Set<String> FAILED = Set.of("failed", "fail", "failure");
  private static final Set<String> ERRORED = Set.of("error", "errored", "broken", "crashed");

  private final String group;
  private final String name;
  private final @Nullable Long millis;

  /** The name of the element whose end ends this case; null until known. */
  private @Nullable String last;

  private CaseOutcome outcome = CaseOutcome.PASSED;

  /** The outcome in the attributes, which counts if no child element gives one. */
  private CaseOutcome stated = CaseOutcome.PASSED;

  private boolean wasTriedAgain;
  private @Nullable String message;
  private String type = "";
  private @Nullable StringBuilder stack;
  private @Nullable String explained;
  private int marked;

  private JUnitCase(String group, String name, @Nullable Long millis, @Nullable String last) {
    this.group = group;
    this.name = name;
    this.millis = millis;
    this.last = last;
  }

  /**
   * A case whose element begins.
   *
   * @param suites the names of the suites around it, for a case without a class
   */
  static JUnitCase of(MarkupAttributes attributes, String suites) {
    String group = attributes.get("classname");
    if (group.isBlank()) {
      group = attributes.get("class");
    }
    JUnitCase made =
        new JUnitCase(
            group.isBlank() ? suites : group,
            attributes.get("name"),
            Seconds.toMillis(attributes.get("time")),
            "testcase");
    made.stated = stated(attributes);
    return made;
  }

  /** Stands for a whole suite that could not be run. It ends with the element that says why. */
  static JUnitCase ofSuite(String suites) {
    return new JUnitCase(suites, "", null, null);
  }

  /** The worse outcome of two attributes; Google Test writes both. */
  private static CaseOutcome stated(MarkupAttributes attributes) {
    CaseOutcome status = outcomeOf(attributes.get("status"));
    return status == CaseOutcome.PASSED ? outcomeOf(attributes.get("result")) : status;
  }

  private static CaseOutcome outcomeOf(String word) {
    String known = word.strip().toLowerCase(Locale.ROOT);
    return SKIPPED.contains(known)
        ? CaseOutcome.SKIPPED
        : FAILED.contains(known)
            ? CaseOutcome.FAILED
            : ERRORED.contains(known) ? CaseOutcome.ERRORED : CaseOutcome.PASSED;
  }

  /** A child element says that the case did not pass. The first such element counts. */
  void became(CaseOutcome other, String element, MarkupAttributes attributes) {
    if (last == null) {
      last = element;
    }
    if (outcome == CaseOutcome.PASSED) {
      outcome = other;
      explain(element, attributes);
    }
  }

  /** The case failed and was tried again. Other elements say whether it passed in the end. */
  void failedOnce(String element, MarkupAttributes attributes) {
    wasTriedAgain = true;
    if (message == null) {
      explain(element, attributes);
    }
  }

  private void explain(String element, MarkupAttributes attributes) {
    message = attributes.get("message");
    type = attributes.get("type");
    stack = new StringBuilder();
    explained = element;
  }

  /** Text; inside the element that says what went wrong it belongs to the stack trace. */
  void text(char[] characters, int from, int length) {
    StringBuilder kept = stack;
    if (kept != null && explained != null && kept.length() <= TestCase.MAX_STACK) {
      int room = TestCase.MAX_STACK + 1 - kept.length();
      kept.append(characters, from, Math.min(room, length));
    }
  }

  void markText() {
    marked = stack == null ? 0 : stack.length();
  }

  void forgetText() {
    if (stack != null && stack.length() > marked) {
      stack.setLength(marked);
    }
  }

  /** Whether the case ends with the end of this element. */
  boolean endsWith(String element) {
    if (element.equals(explained)) {
      explained = null;
    }
    return element.equals(last);
  }

  /** Whether anything is known of the case but its beginning. */
  boolean isDecided() {
    return outcome != CaseOutcome.PASSED || stated != CaseOutcome.PASSED;
  }

  boolean isTest() {
    return "testcase".equals(last);
  }

  TestCase toTestCase() {
    String text = (stack == null || stack.toString().isBlank()) ? null : lines(stack.toString());
    CaseOutcome end = outcome == CaseOutcome.PASSED ? stated : outcome;
    boolean isFlaky = wasTriedAgain && end == CaseOutcome.PASSED;
    return new TestCase(group, name, end, millis, message(text), text, isFlaky);
  }

  /** Normalises line ends to line feeds, as XML demands. */
  private static String lines(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The message of the report, or else the first line of its stack trace. */
  private @Nullable String message(@Nullable String text) {
    if (message == null) {
      return null;
    }
    if (!message.isBlank()) {
      return message;
    }
    String other = text == null ? type : text.strip().lines().findFirst().orElse(type);
    return other.isBlank() ? null : other;
  }
}
