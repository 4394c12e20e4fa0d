/** The health of a process and its metrics for Prometheus. */
@NullMarked
package ci.assay.cli.metrics;

import org.jspecify.annotations.NullMarked;
