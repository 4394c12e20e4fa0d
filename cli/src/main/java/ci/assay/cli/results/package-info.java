/** How stored results are shown. */
@NullMarked
package ci.assay.cli.results;

import org.jspecify.annotations.NullMarked;
