package ci.assay.worker.report;

import ci.assay.model.report.TestCase;

/**
 * A test case in a report.
 *
 * @param suite the name of the suite that contains it
 * @param written the time of the suite, as in the report; empty if it has none
 * @param isCounted whether it is a test; if not, it stands for a suite that could not be run
 */
record ReportedCase(TestCase test, String suite, String written, boolean isCounted) {

  /** A case without a suite. */
  static ReportedCase of(TestCase test) {
    return new ReportedCase(test, "", "", true);
  }
}
