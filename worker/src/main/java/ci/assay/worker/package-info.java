/**
 * Takes jobs and runs them. {@link ci.assay.worker.Worker} assembles the packages below; a job goes
 * through job, checkout, command, report and spool, in this order.
 */
@NullMarked
package ci.assay.worker;

import org.jspecify.annotations.NullMarked;
