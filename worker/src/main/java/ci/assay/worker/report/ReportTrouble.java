package ci.assay.worker.report;

import ci.assay.common.Texts;

/**
 * A problem with a report.
 *
 * @param path of the file, relative to the work tree
 * @param line the first line, from 1, that could not be read; 0 when all lines were read
 * @param why in a few words
 */
record ReportTrouble(String path, long line, String why) {

  private static final int LONGEST_PATH = 300;

  /** A problem with a report that was read to its end. */
  static ReportTrouble ofWhole(String path, String why) {
    return new ReportTrouble(path, 0, why);
  }

  /** Whether tests may be missing because a part was not read. */
  boolean isPart() {
    return line > 0;
  }

  /** The line for the log of the run. */
  String text() {
    String shown = Texts.line(path, LONGEST_PATH);
    return isPart()
        ? "report %s could not be read from line %d on: %s".formatted(shown, line, why)
        : "report %s %s".formatted(shown, why);
  }
}
