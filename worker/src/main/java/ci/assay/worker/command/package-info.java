/**
 * Chooses the command of a commit and runs it in a process group of its own, which ends with the
 * run and with the worker. Begin with {@link ci.assay.worker.command.CommandRunner}.
 */
@NullMarked
package ci.assay.worker.command;

import org.jspecify.annotations.NullMarked;
