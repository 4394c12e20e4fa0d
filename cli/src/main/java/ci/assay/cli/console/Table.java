package ci.assay.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Formats rows with aligned columns. The last column gets the rest of the line and may be cut to
 * it. Cells may contain colours.
 */
public final class Table {

  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String GAP = "  ";
  private static final int NARROWEST_LAST = 20;

  private final int columns;
  private final boolean cuts;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param columns the width of a line in characters
   * @param cuts whether longer lines are cut, which is not wanted for programs
   */
  public Table(int columns, boolean cuts) {
    this.columns = columns;
    this.cuts = cuts;
  }

  /** Adds a row; all rows must have the same number of cells. Control characters are replaced. */
  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(PlainText::styled).toList());
    return this;
  }

  /** The lines, without trailing blanks. */
  public List<String> lines() {
    int[] widths = widths();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private int[] widths() {
    int[] widths = new int[rows.isEmpty() ? 0 : rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], visibleLength(row.get(i)));
      }
    }
    return widths;
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (int i = 0; i < row.size() - 1; i++) {
      String cell = row.get(i);
      line.append(cell).append(" ".repeat(widths[i] - visibleLength(cell))).append(GAP);
      used += widths[i] + GAP.length();
    }
    String last = row.get(row.size() - 1);
    line.append(cuts ? cut(last, Math.max(NARROWEST_LAST, columns - used)) : last);
    return line.toString().stripTrailing();
  }

  /**
   * The text, or its beginning with an ellipsis if it is too long; text with colours is never cut.
   */
  public static String cut(String text, int width) {
    if (text.length() <= width || COLOUR.matcher(text).find()) {
      return text;
    }
    return text.substring(0, Math.max(0, width - 1)).stripTrailing() + "…";
  }

  private static int visibleLength(String cell) {
    return cell.indexOf('\u001b') < 0
        ? cell.length()
        : COLOUR.matcher(cell).replaceAll("").length();
  }
}
