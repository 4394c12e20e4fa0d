/** Progress and report of {@code assay run}. */
@NullMarked
package ci.assay.cli.run;

import org.jspecify.annotations.NullMarked;
