/** What {@code ./dev bench} runs: figures, each beside a floor measured in the same run. */
@NullMarked
package ci.assay.systemtest.bench;

import org.jspecify.annotations.NullMarked;
