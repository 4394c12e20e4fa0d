package ci.assay.cli.mcp;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool and their values in one call. The values come from a program that may be
 * wrong; every method throws {@link InvalidInputException} with the argument's name, its value and
 * what it should be.
 */
final class Arguments {

  private static final int MAX_TEXT = 1_000;
  private static final int MAX_SHOWN = 60;

  private final Map<String, Object> given;

  Arguments(Map<String, Object> given, List<Argument> known) {
    given.keySet().stream()
        .filter(name -> known.stream().noneMatch(each -> each.name().equals(name)))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidInputException(
                  "there is no argument '%s'; there are: %s"
                      .formatted(
                          Texts.line(name, MAX_SHOWN),
                          String.join(", ", known.stream().map(Argument::name).toList())));
            });
    this.given = given;
  }

  /** An argument that a tool takes. */
  record Argument(String name, boolean isRequired, Map<String, Object> schema) {

    static Argument required(String name, String description) {
      return new Argument(name, true, Map.of("type", "string", "description", description));
    }

    static Argument optional(String name, String description) {
      return new Argument(name, false, Map.of("type", "string", "description", description));
    }

    static Argument number(String name, Range range, String description) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("type", "integer");
      schema.put("minimum", range.least());
      schema.put("maximum", range.most());
      schema.put("default", range.usual());
      schema.put("description", description);
      return new Argument(name, false, schema);
    }
  }

  /** The values that a number may have, and the one it has when it is not given. */
  record Range(int least, int usual, int most) {}

  String required(String name) {
    String text = optional(name);
    if (text == null) {
      throw new InvalidInputException("argument '" + name + "' is missing");
    }
    return text;
  }

  /** The text; null if it is missing or blank. */
  @Nullable String optional(String name) {
    Object value = given.get(name);
    if (value == null || value.equals("")) {
      return null;
    }
    if (value instanceof String text && text.length() <= MAX_TEXT) {
      return text;
    }
    throw new InvalidInputException(
        "argument '%s' is %s; give a text of at most %,d characters"
            .formatted(name, shown(value), MAX_TEXT));
  }

  int number(String name, Range range) {
    Object value = given.get(name);
    if (value == null) {
      return range.usual();
    }
    if (value instanceof Integer number && number >= range.least() && number <= range.most()) {
      return number;
    }
    throw new InvalidInputException(
        "argument '%s' is %s; give a number from %d to %d"
            .formatted(name, shown(value), range.least(), range.most()));
  }

  private static String shown(Object value) {
    return "'" + Texts.line(String.valueOf(value), MAX_SHOWN) + "'";
  }
}
