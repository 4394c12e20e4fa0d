package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output of {@code go test -json}, one event per line. Other lines are ignored. Not
 * thread-safe.
 */
final class GoTestJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST_LINE = 256 * 1024;

  /** How many tests at a time have their output kept. */
  private static final int MOST_OPEN = 2_000;

  private final Consumer<ReportedCase> cases;

  /** The output of the tests that are running, by package and name. */
  private final Map<String, StringBuilder> printed = new LinkedHashMap<>();

  /** Packages with a failed test. */
  private final Set<String> failing = new HashSet<>();

  private boolean isGo;
  private int unfinished;

  GoTestJson(Consumer<ReportedCase> cases) {
    this.cases = cases;
  }

  /** Whether the text can be the beginning of such a file. */
  static boolean isFirst(String head) {
    return head.startsWith("{") && head.contains("\"Action\":\"");
  }

  /** Takes the next line, without its line end. */
  void line(String line) {
    if (line.startsWith("{") && line.length() <= LONGEST_LINE && line.contains("\"Action\"")) {
      Map<String, String> event = event(line);
      if (event == null) {
        unfinished++;
      } else if (event.containsKey("Action")) {
        event(event);
      }
    }
  }

  private static @Nullable Map<String, String> event(String line) {
    Map<String, String> event = new HashMap<>();
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue()) {
          event.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
      return json.currentToken() == JsonToken.END_OBJECT ? event : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void event(Map<String, String> event) {
    String of = event.getOrDefault("Package", "");
    String test = event.getOrDefault("Test", "");
    String key = of + ' ' + test;
    switch (event.getOrDefault("Action", "")) {
      case "start", "run" -> {
        isGo = true;
        if (printed.size() < MOST_OPEN) {
          printed.putIfAbsent(key, new StringBuilder());
        }
      }
      case "output" -> output(key, event.getOrDefault("Output", ""));
      case "pass" -> end(of, test, CaseOutcome.PASSED, event.get("Elapsed"));
      case "fail" -> end(of, test, CaseOutcome.FAILED, event.get("Elapsed"));
      case "skip" -> end(of, test, CaseOutcome.SKIPPED, event.get("Elapsed"));
      default -> {}
    }
  }

  private void output(String key, String text) {
    StringBuilder kept = printed.get(key);
    boolean isFrame = text.startsWith("=== ") || text.stripLeading().startsWith("--- ");
    if (kept != null && !isFrame && kept.length() < TestCase.MAX_STACK) {
      kept.append(text);
    }
  }

  private void end(String of, String test, CaseOutcome outcome, @Nullable String elapsed) {
    isGo = true;
    StringBuilder kept = printed.remove(of + ' ' + test);
    if (test.isEmpty()) {
      endOfPackage(of, outcome, kept);
      return;
    }
    if (outcome == CaseOutcome.FAILED && failing.size() < MOST_OPEN) {
      failing.add(of);
    }
    String text = (kept == null || outcome == CaseOutcome.PASSED) ? "" : kept.toString().strip();
    cases.accept(
        ReportedCase.of(
            new TestCase(
                of,
                test,
                outcome,
                elapsed == null ? null : Seconds.toMillis(elapsed),
                text.isEmpty() ? null : text.lines().findFirst().orElse("").strip(),
                text.isEmpty() ? null : text)));
  }

  /** A package fails when one of its tests does, or when it could not be built or run. */
  private void endOfPackage(String of, CaseOutcome outcome, @Nullable StringBuilder kept) {
    if (outcome == CaseOutcome.FAILED && !failing.contains(of)) {
      String text = kept == null ? "" : kept.toString().strip();
      String message = text.lines().findFirst().orElse("the package failed");
      TestCase whole =
          new TestCase(of, "", CaseOutcome.ERRORED, null, message, text.isEmpty() ? null : text);
      cases.accept(new ReportedCase(whole, "", "", false));
    }
    failing.remove(of);
  }

  /** Whether there was any event of a test or package. */
  boolean isGo() {
    return isGo;
  }

  /** Why the events are incomplete; null when they are complete. */
  @Nullable String trouble() {
    return unfinished > 0
        ? "an event of a test is not whole"
        : printed.isEmpty() ? null : "the end of a test or package is not there";
  }
}
