/** The repository and the output of {@code assay demo}. */
@NullMarked
package ci.assay.cli.demo;

import org.jspecify.annotations.NullMarked;
