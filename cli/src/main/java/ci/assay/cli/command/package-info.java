/**
 * The commands, one class each. They read options and delegate; what they start is in the packages
 * system, demo and run.
 */
@NullMarked
package ci.assay.cli.command;

import org.jspecify.annotations.NullMarked;
