package ci.assay.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The JSON Schema of the file, for editors; derived from {@link PipelineKeys}. */
public final class PipelineSchema {

  /**
   * Also allows numbers and booleans, which YAML makes of some texts; the reader takes all values
   * as they are written.
   */
  private static final List<String> ONE_VALUE = List.of("string", "number", "boolean");

  private static final String SPAN = "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

  private PipelineSchema() {}

  /** The schema as JSON, indented, with a final line feed. */
  public static String json() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", PipelineFile.NAME);
    schema.putAll(of(PipelineKeys.ROOT));
    schema.put("not", Map.of("required", List.of(PipelineKeys.TEST, PipelineKeys.STEPS)));
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter());
    try {
      return JsonMapper.builder().build().writer(printer).writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema cannot be written", e);
    }
  }

  private static Map<String, Object> of(Form form) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (form instanceof Form.Text text) {
      schema.put("type", ONE_VALUE);
      schema.put("minLength", text.mayBeEmpty() ? 0 : 1);
      schema.put("maxLength", text.longest());
      if (text.pattern() != null) {
        schema.put("pattern", whole(text.pattern()));
      }
    } else if (form instanceof Form.Span) {
      schema.put("type", "string");
      schema.put("minLength", 1);
      schema.put("pattern", SPAN);
    } else if (form instanceof Form.Flag) {
      schema.put("type", "boolean");
    } else if (form instanceof Form.Whole whole) {
      schema.put("type", "integer");
      schema.put("minimum", whole.least());
      schema.put("maximum", whole.most());
    } else if (form instanceof Form.Word word) {
      schema.put("enum", word.words());
    } else if (form instanceof Form.ListOf list) {
      schema.put("type", "array");
      schema.put("items", of(list.each()));
      schema.put("minItems", 1);
      schema.put("maxItems", list.most());
    } else if (form instanceof Form.MapOf map) {
      schema.put("type", "object");
      putNamed(schema, map);
      schema.put("minProperties", 1);
      schema.put("maxProperties", map.most());
    } else if (form instanceof Form.Either either) {
      schema.put("anyOf", List.of(of(either.list()), of(either.fields())));
    } else if (form instanceof Form.Fields fields) {
      putFields(schema, fields);
    }
    return schema;
  }

  private static void putFields(Map<String, Object> schema, Form.Fields form) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Form.Key key : form.keys()) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", key.description());
      property.putAll(of(key.form()));
      properties.put(key.name(), property);
    }
    List<String> required =
        form.keys().stream().filter(Form.Key::required).map(Form.Key::name).toList();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (form.others() == null) {
      schema.put("additionalProperties", false);
    } else {
      putNamed(schema, form.others());
    }
  }

  private static void putNamed(Map<String, Object> schema, Form.MapOf form) {
    schema.put("additionalProperties", of(form.each()));
    schema.put("propertyNames", Map.of("pattern", whole(form.names())));
  }

  private static String whole(Pattern pattern) {
    String unicode = pattern.pattern().replace("\\P{Cntrl}", "[^\\u0000-\\u001f\\u007f]");
    return "^" + unicode + "$";
  }
}
