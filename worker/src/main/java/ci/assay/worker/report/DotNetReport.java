package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.worker.report.markup.MarkupAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the three report formats of .NET: Visual Studio's {@code .trx}, and the XML of NUnit and
 * xUnit.net.
 */
final class DotNetReport implements ReportFormat {

  private static final int DEEPEST = 100;

  /** The most bytes of cases of a {@code .trx} that wait for their classes, which follow later. */
  private static final long MOST_WAITING = 16 << 20;

  private static final int MOST_CLASSES = 200_000;

  private static final Pattern CLOCK =
      Pattern.compile("(?:(\\d{1,5})\\.)?(\\d{1,2}):(\\d{2}):(\\d{2}(?:\\.\\d{1,9})?)");

  /** One of the three formats. */
  enum Kind {
    TRX("UnitTestResult", "Message", "StackTrace"),
    NUNIT("test-case", "message", "stack-trace"),
    XUNIT("test", "message", "stack-trace");

    private final String element;
    private final String message;
    private final String stack;

    Kind(String element, String message, String stack) {
      this.element = element;
      this.message = message;
      this.stack = stack;
    }
  }

  private final Kind kind;
  private final Consumer<ReportedCase> cases;
  private final Deque<Open> open = new ArrayDeque<>();

  /** Where the current text is collected; null when it is ignored. */
  private @Nullable StringBuilder kept;

  private int marked;
  private String suite = "";
  private String written = "";

  private final List<Waiting> waiting = new ArrayList<>();
  private long waitingBytes;
  private final Map<String, String> classes = new HashMap<>();
  private String definition = "";

  DotNetReport(Kind kind, Consumer<ReportedCase> cases) {
    this.kind = kind;
    this.cases = cases;
  }

  /** A case that is being read. */
  private static final class Open {
    private final String id;
    private final String group;
    private final String name;
    private final CaseOutcome outcome;
    private final @Nullable Long millis;
    private final StringBuilder message = new StringBuilder();
    private final StringBuilder stack = new StringBuilder();
    private boolean isMany;

    private Open(String id, String group, String name, CaseOutcome outcome, @Nullable Long millis) {
      this.id = id;
      this.group = group;
      this.name = name;
      this.outcome = outcome;
      this.millis = millis;
    }

    TestCase toTestCase() {
      return new TestCase(group, name, outcome, millis, text(message, true), text(stack, false));
    }

    private static @Nullable String text(StringBuilder text, boolean isStripped) {
      String lines = text.toString().replace("\r\n", "\n");
      return lines.isBlank() ? null : isStripped ? lines.strip() : lines;
    }
  }

  private record Waiting(String id, TestCase test) {}

  @Override
  public void start(String element, MarkupAttributes attributes) {
    kept = null;
    if (element.equals(kind.element)) {
      if (!open.isEmpty()) {
        open.element().isMany = true;
      }
      if (open.size() < DEEPEST) {
        open.push(begun(attributes));
      }
      return;
    }
    Open current = open.peek();
    if (current != null) {
      kept =
          element.equals(kind.message)
              ? current.message
              : element.equals(kind.stack) ? current.stack : null;
      return;
    }
    switch (element) {
      case "UnitTest" -> definition = attributes.get("id");
      case "TestMethod" -> {
        if (!definition.isEmpty() && classes.size() < MOST_CLASSES) {
          classes.put(definition, attributes.get("className").replaceFirst(",.*", ""));
        }
      }
      case "assembly", "test-run", "test-results" -> {
        suite = attributes.get("name");
        written =
            attributes.get("run-date") + attributes.get("run-time") + attributes.get("start-time");
      }
      case "Times" -> written = attributes.get("start");
      default -> {}
    }
  }

  private Open begun(MarkupAttributes attributes) {
    return switch (kind) {
      case TRX -> {
        String name = attributes.get("testName");
        yield new Open(
            attributes.get("testId"),
            classOf(name),
            name,
            trxOutcome(attributes.get("outcome")),
            clock(attributes.get("duration")));
      }
      case NUNIT -> {
        String whole = attributes.get("fullname");
        String name = attributes.get("name");
        String group = attributes.get("classname");
        if (group.isEmpty()) {
          group = classOf(whole.isEmpty() ? name : whole);
        }
        String time = attributes.get("duration");
        yield new Open(
            "",
            group,
            withoutClass(group, name),
            nunitOutcome(attributes),
            Seconds.toMillis(time.isEmpty() ? attributes.get("time") : time));
      }
      case XUNIT -> {
        String group = attributes.get("type");
        yield new Open(
            "",
            group,
            withoutClass(group, attributes.get("name")),
            xunitOutcome(attributes.get("result")),
            Seconds.toMillis(attributes.get("time")));
      }
    };
  }

  /** The class in a full name: {@code Shop.Cart} in {@code Shop.Cart.Adds(x: 1.5)}. */
  private static String classOf(String name) {
    int arguments = name.indexOf('(');
    int dot = name.lastIndexOf('.', arguments < 0 ? name.length() : arguments);
    boolean hasNone = dot <= 0 || name.substring(0, dot).contains(" ");
    return hasNone ? "" : name.substring(0, dot);
  }

  private static String withoutClass(String group, String name) {
    return !group.isEmpty() && name.startsWith(group + ".")
        ? name.substring(group.length() + 1)
        : name;
  }

  private static CaseOutcome trxOutcome(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "passed", "completed", "warning", "passedbutrunaborted" -> CaseOutcome.PASSED;
      case "failed" -> CaseOutcome.FAILED;
      case "error", "timeout", "aborted", "disconnected", "notrunnable" -> CaseOutcome.ERRORED;
      default -> CaseOutcome.SKIPPED;
    };
  }

  private static CaseOutcome nunitOutcome(MarkupAttributes attributes) {
    boolean isError = attributes.get("label").equals("Error");
    return switch (attributes.get("result").toLowerCase(Locale.ROOT)) {
      case "passed", "success", "warning" -> CaseOutcome.PASSED;
      case "failed", "failure" -> isError ? CaseOutcome.ERRORED : CaseOutcome.FAILED;
      case "error", "notrunnable", "cancelled" -> CaseOutcome.ERRORED;
      default -> CaseOutcome.SKIPPED;
    };
  }

  private static CaseOutcome xunitOutcome(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "pass" -> CaseOutcome.PASSED;
      case "fail" -> CaseOutcome.FAILED;
      default -> CaseOutcome.SKIPPED;
    };
  }

  /**
   * Milliseconds of {@code 00:01:02.5} or, with days, {@code 3.00:01:02.5}; null if it is neither.
   */
  private static @Nullable Long clock(String text) {
    Matcher parts = CLOCK.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    long days = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
    long minutes =
        (days * 24 + Long.parseLong(parts.group(2))) * 60 + Long.parseLong(parts.group(3));
    return minutes * 60_000 + Math.round(Double.parseDouble(parts.group(4)) * 1000);
  }

  @Override
  public void text(char[] characters, int from, int length) {
    StringBuilder text = kept;
    if (text != null && text.length() <= TestCase.MAX_STACK) {
      text.append(characters, from, Math.min(length, TestCase.MAX_STACK + 1 - text.length()));
    }
  }

  @Override
  public void markText() {
    marked = kept == null ? 0 : kept.length();
  }

  @Override
  public void forgetText() {
    if (kept != null && kept.length() > marked) {
      kept.setLength(marked);
    }
  }

  @Override
  public void end(String element) {
    kept = null;
    if (element.equals(kind.element) && !open.isEmpty()) {
      Open ended = open.pop();
      if (!ended.isMany) {
        end(ended);
      }
    }
  }

  private void end(Open ended) {
    TestCase test = ended.toTestCase();
    if (kind != Kind.TRX) {
      give(test);
      return;
    }
    waiting.add(new Waiting(ended.id, test));
    waitingBytes += 500 + ended.message.length() + ended.stack.length();
    if (waitingBytes > MOST_WAITING) {
      giveWaiting();
    }
  }

  private void give(TestCase test) {
    cases.accept(new ReportedCase(test, suite, written, true));
  }

  private void giveWaiting() {
    for (Waiting each : waiting) {
      TestCase test = each.test();
      String group = classes.getOrDefault(each.id(), test.group());
      give(
          new TestCase(
              group,
              withoutClass(group, test.name()),
              test.outcome(),
              test.millis(),
              test.message(),
              test.stack()));
    }
    waiting.clear();
    waitingBytes = 0;
  }

  /** If the file ends within a case, the outcome in its attributes counts. */
  @Override
  public void finish() {
    while (!open.isEmpty()) {
      Open left = open.pop();
      if (!left.isMany) {
        end(left);
      }
    }
    giveWaiting();
  }
}
