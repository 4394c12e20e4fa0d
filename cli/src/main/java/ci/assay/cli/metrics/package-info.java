/** What a process says of itself: whether it is well, and its numbers for Prometheus. */
@NullMarked
package ci.assay.cli.metrics;

import org.jspecify.annotations.NullMarked;
