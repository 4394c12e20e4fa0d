/**
 * The benchmarks of {@code ./dev bench}: each figure is compared with a baseline of the same run.
 */
@NullMarked
package ci.assay.systemtest.bench;

import org.jspecify.annotations.NullMarked;
