/** The surroundings of a command: terminal, environment, signals, exit codes. */
@NullMarked
package ci.assay.cli.process;

import org.jspecify.annotations.NullMarked;
