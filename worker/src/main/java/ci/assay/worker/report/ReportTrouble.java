package ci.assay.worker.report;

import ci.assay.common.Texts;

/**
 * What is to be said of a report.
 *
 * @param path of the file, below the work tree
 * @param line the first one that is not understood, or not read, from 1; 0 when all of them were
 * @param why in a few words
 */
record ReportTrouble(String path, long line, String why) {

  private static final int LONGEST_PATH = 300;

  /** Of a report that was read to its end. */
  static ReportTrouble ofWhole(String path, String why) {
    return new ReportTrouble(path, 0, why);
  }

  /** Whether there may be tests that were not found. */
  boolean isPart() {
    return line > 0;
  }

  /** As it stands in the log. */
  String text() {
    String shown = Texts.line(path, LONGEST_PATH);
    return isPart()
        ? "report %s could not be read from line %d on: %s".formatted(shown, line, why)
        : "report %s %s".formatted(shown, why);
  }
}
