@NullMarked
package ci.assay.cli.process;

import org.jspecify.annotations.NullMarked;
