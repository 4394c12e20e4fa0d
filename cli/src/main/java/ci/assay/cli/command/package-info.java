/**
 * The commands, a class each. They read options and hand over; what they start is in system, demo
 * and run.
 */
@NullMarked
package ci.assay.cli.command;

import org.jspecify.annotations.NullMarked;
