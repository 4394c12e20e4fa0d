package ci.assay.worker.report;

import ci.assay.worker.report.markup.MarkupHandler;

/** Reads the cases out of one XML file of a known kind. */
interface ReportFormat extends MarkupHandler {

  /** The file is over. */
  void finish();
}
