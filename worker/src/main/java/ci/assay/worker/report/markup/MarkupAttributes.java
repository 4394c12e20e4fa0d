package ci.assay.worker.report.markup;

import java.util.ArrayList;
import java.util.List;

/**
 * The attributes of one element, without the prefixes of their names. Long values are truncated.
 */
public final class MarkupAttributes {

  /** More attributes are ignored: no known element has as many. */
  private static final int MOST = 64;

  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** The value of an attribute; empty if there is none. */
  public String get(String name) {
    int index = names.indexOf(name);
    return index < 0 ? "" : values.get(index);
  }

  void clear() {
    names.clear();
    values.clear();
  }

  /** Adds an attribute. Of several with the same name the first counts. */
  void put(String name, String value) {
    if (names.size() < MOST) {
      names.add(name);
      values.add(value);
    }
  }
}
