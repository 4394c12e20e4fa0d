@NullMarked
package ci.assay.cli.system;

import org.jspecify.annotations.NullMarked;
