/** Sources of options that are not on the command line: the environment and assay.yaml. */
@NullMarked
package ci.assay.cli.settings;

import org.jspecify.annotations.NullMarked;
