package ci.assay.worker.report;

import ci.assay.model.report.TestCase;

/**
 * A case as a report has it.
 *
 * @param suite the name of the suite that it stands in
 * @param written when the suite says that it ran; empty where it does not
 * @param isCounted whether it is a test; else it stands for a suite that could not be run
 */
record ReportedCase(TestCase test, String suite, String written, boolean isCounted) {

  /** One without a suite. */
  static ReportedCase of(TestCase test) {
    return new ReportedCase(test, "", "", true);
  }
}
