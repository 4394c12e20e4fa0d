package ci.assay.failure;

import java.util.List;

/**
 * How much of a failure is shown.
 *
 * @param tests the most tests of a variant
 * @param message the most lines of a test's message
 * @param frames the most frames of its stack
 * @param lines the most lines of a log
 * @param width the longest line, in bytes
 */
record Measure(int tests, int message, int frames, int lines, int width) {

  /** All measures, from the largest to one that always fits. */
  static final List<Measure> ALL =
      List.of(
          new Measure(8, 8, 5, 25, 240),
          new Measure(6, 6, 4, 18, 180),
          new Measure(4, 5, 3, 14, 140),
          new Measure(3, 4, 2, 10, 120),
          new Measure(2, 3, 2, 8, 100),
          new Measure(1, 2, 1, 5, 80));

  /** How many variants are shown. */
  int variants() {
    return Math.min(3, tests);
  }
}
