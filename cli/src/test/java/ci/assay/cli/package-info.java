@NullMarked
package ci.assay.cli;

import org.jspecify.annotations.NullMarked;
