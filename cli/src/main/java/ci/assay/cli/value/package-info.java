/** Values of options that are checked when they are read. */
@NullMarked
package ci.assay.cli.value;

import org.jspecify.annotations.NullMarked;
