@NullMarked
package ci.assay.cli.embedded;

import org.jspecify.annotations.NullMarked;
