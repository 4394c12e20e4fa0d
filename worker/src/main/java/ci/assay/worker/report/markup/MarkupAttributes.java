package ci.assay.worker.report.markup;

import java.util.ArrayList;
import java.util.List;

/** The attributes of one element, of which a prefix is left out; long values are cut. */
public final class MarkupAttributes {

  /** An element with more is none that we know. */
  private static final int MOST = 64;

  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** The value; empty where there is none. */
  public String get(String name) {
    int index = names.indexOf(name);
    return index < 0 ? "" : values.get(index);
  }

  void clear() {
    names.clear();
    values.clear();
  }

  /** The first one of a name counts. */
  void put(String name, String value) {
    if (names.size() < MOST) {
      names.add(name);
      values.add(value);
    }
  }
}
