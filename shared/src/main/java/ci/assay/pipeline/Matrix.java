package ci.assay.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Makes the cells of {@code variants}. */
final class Matrix {

  /** The most jobs of a commit. */
  static final int MOST_CELLS = 256;

  /** The most combinations, before some are excluded. */
  private static final int MOST_COMBINATIONS = 10_000;

  private static final int MOST_AXES = 8;
  private static final int LONGEST_NAME = 64;
  private static final int DIGITS = 8;

  /** The name of a file beside the folders of a commit's variants. */
  private static final String TAKEN = "verdict.json";

  private final Node.Members given;
  private final Map<String, Set<String>> axes = new LinkedHashMap<>();

  private Matrix(Node.Members given) {
    this.given = given;
  }

  /** The cells in the order of the file; the last axis varies fastest. */
  static List<Cell> cells(Node.Members given) {
    return new Matrix(given).cells();
  }

  private List<Cell> cells() {
    readAxes();
    List<Map<String, String>> excluded = some(PipelineKeys.EXCLUDE);
    List<Map<String, String>> mayFail = some(PipelineKeys.MAY_FAIL);
    List<Map<String, String>> kept =
        product().stream().filter(cell -> !isIn(excluded, cell)).toList();
    if (kept.isEmpty()) {
      throw given.at().wrong("'exclude' leaves no cell of 'variants'");
    }
    if (kept.size() > MOST_CELLS) {
      throw tooMany(Integer.toString(kept.size()));
    }
    if (kept.stream().allMatch(cell -> isIn(mayFail, cell))) {
      throw given.at().wrong("all cells of 'variants' may fail; at least one must count");
    }
    return named(kept, mayFail);
  }

  private void readAxes() {
    Map<String, String> variables = new HashMap<>();
    for (Map.Entry<String, Node> each : given.all().entrySet()) {
      String axis = each.getKey();
      if (axis.equals(PipelineKeys.EXCLUDE) || axis.equals(PipelineKeys.MAY_FAIL)) {
        continue;
      }
      String twin = variables.put(Cell.variable(axis), axis);
      if (twin != null) {
        throw each.getValue()
            .at()
            .wrong(
                "axes '%s' and '%s' have the same variable %s"
                    .formatted(twin, axis, Cell.variable(axis)));
      }
      Set<String> values = new LinkedHashSet<>();
      for (Node value : ((Node.Items) each.getValue()).all()) {
        if (!values.add(((Node.Value) value).text())) {
          throw value
              .at()
              .wrong("'%s' has '%s' twice".formatted(axis, ((Node.Value) value).text()));
        }
      }
      axes.put(axis, values);
    }
    if (axes.size() > MOST_AXES) {
      throw given
          .at()
          .wrong(
              "'variants' has %d axes; at most %d are allowed".formatted(axes.size(), MOST_AXES));
    }
    if (axes.isEmpty()) {
      throw given.at().wrong("'variants' has no axis; write one such as 'java: [17, 21]'");
    }
  }

  private List<Map<String, String>> some(String key) {
    List<Map<String, String>> cells = new ArrayList<>();
    if (given.all().get(key) instanceof Node.Items items) {
      for (Node each : items.all()) {
        Map<String, String> cell = new LinkedHashMap<>();
        ((Node.Members) each)
            .all()
            .forEach((axis, value) -> cell.put(axis, known(key, axis, (Node.Value) value)));
        cells.add(cell);
      }
    }
    return cells;
  }

  private String known(String key, String axis, Node.Value value) {
    Set<String> values = axes.get(axis);
    if (values == null) {
      throw value
          .at()
          .wrong(
              "'%s' names axis '%s', which is not one of %s"
                  .formatted(key, axis, String.join(", ", axes.keySet())));
    }
    if (!values.contains(value.text())) {
      throw value
          .at()
          .wrong(
              "'%s' of '%s' has no value '%s'; it has %s"
                  .formatted(axis, key, value.text(), String.join(", ", values)));
    }
    return value.text();
  }

  private static boolean isIn(List<Map<String, String>> some, Map<String, String> cell) {
    return some.stream().anyMatch(each -> cell.entrySet().containsAll(each.entrySet()));
  }

  private List<Map<String, String>> product() {
    long count = 1;
    for (Set<String> values : axes.values()) {
      count = Math.min(count * values.size(), MOST_COMBINATIONS + 1L);
    }
    if (count > MOST_COMBINATIONS) {
      throw tooMany("more than " + MOST_COMBINATIONS);
    }
    List<Map<String, String>> cells = List.of(Map.of());
    for (Map.Entry<String, Set<String>> axis : axes.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> cell : cells) {
        for (String value : axis.getValue()) {
          Map<String, String> more = new LinkedHashMap<>(cell);
          more.put(axis.getKey(), value);
          longer.add(more);
        }
      }
      cells = longer;
    }
    return cells;
  }

  private RuntimeException tooMany(String count) {
    return given
        .at()
        .wrong("'variants' has %s cells; at most %d are allowed".formatted(count, MOST_CELLS));
  }

  private static List<Cell> named(
      List<Map<String, String>> cells, List<Map<String, String>> mayFail) {
    Map<String, Integer> uses = new HashMap<>();
    cells.forEach(cell -> uses.merge(plainName(cell), 1, Integer::sum));
    List<Cell> named = new ArrayList<>();
    for (Map<String, String> cell : cells) {
      String plain = plainName(cell);
      boolean isOwn =
          uses.getOrDefault(plain, 0) == 1 && plain.equals(joined(cell)) && !plain.equals(TAKEN);
      named.add(new Cell(isOwn ? plain : withDigits(plain, cell), cell, isIn(mayFail, cell)));
    }
    return List.copyOf(named);
  }

  private static String joined(Map<String, String> cell) {
    return String.join("-", cell.values());
  }

  /** The values joined, without characters that a file name must not have. */
  private static String plainName(Map<String, String> cell) {
    String name = joined(cell).replaceAll("[^A-Za-z0-9._-]", "_");
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    return cut.startsWith(".") ? "_" + cut.substring(1) : cut;
  }

  /** Adds a hash of the values, for a name that was changed or is not unique. */
  private static String withDigits(String plain, Map<String, String> cell) {
    byte[] values = String.join("\0", cell.values()).getBytes(StandardCharsets.UTF_8);
    String digits = UUID.nameUUIDFromBytes(values).toString().replace("-", "").substring(0, DIGITS);
    int room = LONGEST_NAME - 1 - DIGITS;
    return (plain.length() > room ? plain.substring(0, room) : plain) + "-" + digits;
  }
}
