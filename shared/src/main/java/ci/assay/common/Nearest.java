package ci.assay.common;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Suggests what a person may have meant to type. */
public final class Nearest {

  private static final int MOST_EDITS = 3;

  private Nearest() {}

  /**
   * The known word with the fewest edits from {@code typed}; null when all need more than three.
   */
  public static @Nullable String to(String typed, Collection<String> known) {
    String best = null;
    int fewest = MOST_EDITS + 1;
    for (String each : known) {
      int edits = edits(typed, each);
      if (edits < fewest && edits < each.length()) {
        best = each;
        fewest = edits;
      }
    }
    return best;
  }

  /** The Levenshtein distance. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
