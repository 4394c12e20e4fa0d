package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the Common Test Report Format: JSON with {@code results.tests}. */
final class CtrfReport {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(4 << 20).maxNestingDepth(200).build())
          .build();

  private final Consumer<ReportedCase> cases;
  private final BooleanSupplier isFull;

  CtrfReport(Consumer<ReportedCase> cases, BooleanSupplier isFull) {
    this.cases = cases;
    this.isFull = isFull;
  }

  /** Whether the text can be the beginning of a CTRF file. */
  static boolean isFirst(String head) {
    return head.startsWith("{")
        && (head.contains("\"CTRF\"")
            || (head.contains("\"results\"")
                && (head.contains("\"tool\"") || head.contains("\"summary\""))));
  }

  /**
   * Reads a file up to the first error.
   *
   * @return the line of the error, from 1; 0 when there is none
   */
  long read(Reader text) throws IOException {
    try (JsonParser json = JSON.createParser(text)) {
      try {
        document(json);
        return 0;
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        return Math.max(1, json.currentLocation().getLineNr());
      }
    }
  }

  private void document(JsonParser json) throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.START_OBJECT && name.equals("results")) {
        results(json);
      } else {
        json.skipChildren();
      }
    }
    requireEnd(json);
  }

  /** The parser itself does not report a text that ends between two values. */
  private static void requireEnd(JsonParser json) throws IOException {
    if (json.currentToken() == null) {
      throw new com.fasterxml.jackson.core.io.JsonEOFException(json, null, "it breaks off");
    }
  }

  private void results(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.START_ARRAY && name.equals("tests")) {
        while (json.nextToken() == JsonToken.START_OBJECT && !isFull.getAsBoolean()) {
          test(json);
        }
        requireEnd(json);
      } else {
        json.skipChildren();
      }
    }
    requireEnd(json);
  }

  private void test(JsonParser json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value.isScalarValue()) {
        fields.put(name, cut(json.getText()));
      } else if (value == JsonToken.START_ARRAY && name.equals("suite")) {
        fields.put(name, joined(json));
      } else {
        json.skipChildren();
      }
    }
    requireEnd(json);
    cases.accept(ReportedCase.of(testCase(fields)));
  }

  private static String joined(JsonParser json) throws IOException {
    StringBuilder text = new StringBuilder();
    for (JsonToken each = json.nextToken();
        each != JsonToken.END_ARRAY && each != null;
        each = json.nextToken()) {
      if (each.isScalarValue() && text.length() < TestCase.MAX_NAME) {
        text.append(text.isEmpty() ? "" : " > ").append(cut(json.getText()));
      } else {
        json.skipChildren();
      }
    }
    return text.toString();
  }

  private static String cut(String text) {
    return text.length() <= TestCase.MAX_STACK ? text : text.substring(0, TestCase.MAX_STACK + 1);
  }

  private static TestCase testCase(Map<String, String> fields) {
    CaseOutcome outcome =
        switch (fields.getOrDefault("status", "")) {
          case "passed" -> CaseOutcome.PASSED;
          case "failed" -> CaseOutcome.FAILED;
          default -> CaseOutcome.SKIPPED;
        };
    boolean isFlaky = "true".equals(fields.get("flaky")) && outcome == CaseOutcome.PASSED;
    String group = fields.getOrDefault("suite", fields.getOrDefault("filePath", ""));
    return new TestCase(
        group,
        fields.getOrDefault("name", ""),
        outcome,
        millis(fields.getOrDefault("duration", "")),
        present(fields.get("message")),
        present(fields.get("trace")),
        isFlaky);
  }

  private static @Nullable Long millis(String number) {
    try {
      double millis = Double.parseDouble(number);
      return millis >= 0 && millis < Long.MAX_VALUE ? Math.round(millis) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String present(@Nullable String text) {
    boolean isThere = text != null && !text.isBlank();
    return isThere ? text : null;
  }
}
