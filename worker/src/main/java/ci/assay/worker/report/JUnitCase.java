package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.worker.report.markup.MarkupAttributes;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One test case of a JUnit XML file while it is read. */
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

  /** What the element is called that this case ends with; null until that is known. */
  private @Nullable String last;

  private CaseOutcome outcome = CaseOutcome.PASSED;

  /** What the attributes say, where no element says anything. */
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
   * The case whose element begins here.
   *
   * @param suites what the suites around it are called, for one that does not say its class
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

  /** In place of a case, where a whole suite could not be run; it ends with what is said of it. */
  static JUnitCase ofSuite(String suites) {
    return new JUnitCase(suites, "", null, null);
  }

  /** The worse of what two attributes say; Google Test has both. */
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

  /** An element says that it did not pass; the first one that does so counts. */
  void became(CaseOutcome other, String element, MarkupAttributes attributes) {
    if (last == null) {
      last = element;
    }
    if (outcome == CaseOutcome.PASSED) {
      outcome = other;
      explain(element, attributes);
    }
  }

  /** It was tried again after this; whether it passed in the end is said by what else is there. */
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

  /** Text: of the stack, where it stands in the element that says what went wrong. */
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

  /** Whether more is known of it than that it began. */
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

  /** XML has line feeds only. */
  private static String lines(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** What the report says in short, or else the first line of what it says at length. */
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
