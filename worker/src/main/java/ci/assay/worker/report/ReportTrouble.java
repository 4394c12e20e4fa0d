package ci.assay.worker.report;

import ci.assay.common.Texts;

/**
 * A report that was not wholly read.
 *
 * @param path of the file, below the work tree
 * @param line the first one that is not understood, or not read, from 1
 * @param why in a few words
 */
record ReportTrouble(String path, long line, String why) {

  private static final int LONGEST_PATH = 300;

  /** As it stands in the log. */
  String text() {
    return "report %s could not be read from line %d on: %s"
        .formatted(Texts.line(path, LONGEST_PATH), line, why);
  }
}
