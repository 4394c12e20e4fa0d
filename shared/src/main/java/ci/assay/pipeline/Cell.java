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
 * @param name fit for a file's name; the same for the same file
 * @param values by axis
 * @param mayFail whether it does not count for the commit's verdict
 */
public record Cell(String name, Map<String, String> values, boolean mayFail) {

  /** The only one where there is no matrix. */
  public static final Cell DEFAULT = new Cell("default", Map.of(), false);

  /** A shell's own <code>${NAME}</code> is none. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("(?<!\\$)\\{([A-Za-z][A-Za-z0-9_-]{0,31})\\}");

  public Cell {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The variables that tell a run which cell it is. */
  public Map<String, String> environment() {
    Map<String, String> all = new LinkedHashMap<>();
    values.forEach((axis, value) -> all.put(variable(axis), value));
    return all;
  }

  static String variable(String axis) {
    return "ASSAY_VARIANT_" + axis.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** The text with {@code {axis}} replaced by that axis's value; other braces stay. */
  public String fill(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** As {@link #fill}, in each value. */
  public Map<String, String> fill(Map<String, String> texts) {
    Map<String, String> filled = new LinkedHashMap<>();
    texts.forEach((name, text) -> filled.put(name, fill(text)));
    return filled;
  }
}
