/**
 * Counts tests and finds the single ones, in reports and in the log. Begin with {@link
 * ci.assay.worker.report.TestReports}.
 */
@NullMarked
package ci.assay.worker.report;

import org.jspecify.annotations.NullMarked;
