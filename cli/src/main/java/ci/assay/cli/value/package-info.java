/** Types for the values of options, which are checked when they are parsed. */
@NullMarked
package ci.assay.cli.value;

import org.jspecify.annotations.NullMarked;
