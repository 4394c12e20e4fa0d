/** Shows stored results. */
@NullMarked
package ci.assay.cli.results;

import org.jspecify.annotations.NullMarked;
