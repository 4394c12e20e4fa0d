/** What a command needs of the process around it: terminal, environment, signals, exit codes. */
@NullMarked
package ci.assay.cli.process;

import org.jspecify.annotations.NullMarked;
