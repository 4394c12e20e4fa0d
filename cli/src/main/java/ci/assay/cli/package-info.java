/** The process: finds the requested command and runs it. Begin with {@link ci.assay.cli.Assay}. */
@NullMarked
package ci.assay.cli;

import org.jspecify.annotations.NullMarked;
