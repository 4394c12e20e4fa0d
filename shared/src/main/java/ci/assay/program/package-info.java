/**
 * The programs that Assay starts: whether they are installed, and our own scripts for them. Begin
 * with {@link ci.assay.program.Programs}.
 */
@NullMarked
package ci.assay.program;

import org.jspecify.annotations.NullMarked;
