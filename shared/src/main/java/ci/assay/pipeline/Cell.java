package ci.assay.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One cell of the matrix: a variant of the commit.
 *
 * @param name usable as a file name; always the same for the same {@code .assay.yml}
 * @param values the values, by axis
 * @param mayFail whether the cell does not count for the commit's verdict
 */
public record Cell(String name, Map<String, String> values, boolean mayFail) {

  /** The only cell if there is no matrix. */
  public static final Cell DEFAULT = new Cell("default", Map.of(), false);

  /** Does not match the <code>${NAME}</code> of a shell. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("(?<!\\$)\\{([A-Za-z][A-Za-z0-9_-]{0,31})\\}");

  public Cell {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The environment variables by which a run knows its cell. */
  public Map<String, String> environment() {
    Map<String, String> all = new LinkedHashMap<>();
    values.forEach((axis, value) -> all.put(variable(axis), value));
    return all;
  }

  static String variable(String axis) {
    return "ASSAY_VARIANT_" + axis.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Replaces each {@code {axis}} in a text by the value of that axis; other braces stay. */
  public String fill(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** As {@link #fill(String)}, for each value. */
  public Map<String, String> fill(Map<String, String> texts) {
    Map<String, String> filled = new LinkedHashMap<>();
    texts.forEach((name, text) -> filled.put(name, fill(text)));
    return filled;
  }
}
