package ci.assay.worker.report;

import ci.assay.worker.report.markup.MarkupHandler;

/** Extracts the test cases from one XML file of a known format. */
interface ReportFormat extends MarkupHandler {

  /** The end of the file is reached. */
  void finish();
}
