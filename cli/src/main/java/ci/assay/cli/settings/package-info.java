/** Where options come from when they are not on the command line: environment, assay.yaml. */
@NullMarked
package ci.assay.cli.settings;

import org.jspecify.annotations.NullMarked;
