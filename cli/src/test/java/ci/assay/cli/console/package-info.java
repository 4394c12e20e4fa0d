@NullMarked
package ci.assay.cli.console;

import org.jspecify.annotations.NullMarked;
