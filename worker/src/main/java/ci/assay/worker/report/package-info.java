/**
 * Counts tests and collects test cases, from reports and from the log. Begin with {@link
 * ci.assay.worker.report.TestReports}.
 */
@NullMarked
package ci.assay.worker.report;

import org.jspecify.annotations.NullMarked;
