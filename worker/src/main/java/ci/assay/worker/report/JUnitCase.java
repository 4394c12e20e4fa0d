package ci.assay.worker.report;

import ci.assay.model.CaseOutcome;
import ci.assay.model.TestCase;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** One test case of a JUnit XML file while it is read. */
final class JUnitCase {

  private final String group;
  private final String name;
  private final @Nullable Long millis;

  /** What the element is called that this case ends with; null until that is known. */
  private @Nullable String last;

  private CaseOutcome outcome = CaseOutcome.PASSED;
  private @Nullable String message;
  private String type = "";
  private @Nullable StringBuilder stack;
  private @Nullable String explained;

  private JUnitCase(String group, String name, @Nullable Long millis, @Nullable String last) {
    this.group = group;
    this.name = name;
    this.millis = millis;
    this.last = last;
  }

  /** The case whose element begins here. */
  static JUnitCase of(XMLStreamReader xml) {
    return new JUnitCase(
        attribute(xml, "classname"),
        attribute(xml, "name"),
        millis(attribute(xml, "time")),
        "testcase");
  }

  /** In place of a case, where a whole suite could not be run; it ends with what is said of it. */
  static JUnitCase ofSuite(String suite) {
    return new JUnitCase(suite, "", null, null);
  }

  /** Empty where there is none. */
  static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** Of seconds such as {@code 1,234.567}. */
  private static @Nullable Long millis(String seconds) {
    try {
      double value = Double.parseDouble(seconds.replace(",", ""));
      return value >= 0 && value < Long.MAX_VALUE / 1000d ? Math.round(value * 1000) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * An element says that it did not pass; the first one that does so counts.
   *
   * @return how many cases that makes: one, or none
   */
  int became(CaseOutcome other, XMLStreamReader xml) {
    if (last == null) {
      last = xml.getLocalName();
    }
    if (outcome != CaseOutcome.PASSED) {
      return 0;
    }
    outcome = other;
    message = attribute(xml, "message");
    type = attribute(xml, "type");
    stack = new StringBuilder();
    explained = xml.getLocalName();
    return 1;
  }

  /** Text: of the stack, where it stands in the element that says what went wrong. */
  void text(XMLStreamReader xml) {
    StringBuilder kept = stack;
    if (kept != null && explained != null && kept.length() <= TestCase.MAX_STACK) {
      int room = TestCase.MAX_STACK + 1 - kept.length();
      int length = Math.min(room, xml.getTextLength());
      kept.append(xml.getTextCharacters(), xml.getTextStart(), length);
    }
  }

  /** Whether the case ends with the end of this element. */
  boolean endsWith(String element) {
    if (element.equals(explained)) {
      explained = null;
    }
    return element.equals(last);
  }

  TestCase toTestCase() {
    String text = stack == null || stack.toString().isBlank() ? null : stack.toString();
    return new TestCase(group, name, outcome, millis, message(text), text);
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
