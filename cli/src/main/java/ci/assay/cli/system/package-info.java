/**
 * Assembles programs: the whole system in one process, or the pages of a coordinator. Begin with
 * {@link ci.assay.cli.system.LocalSystem}.
 */
@NullMarked
package ci.assay.cli.system;

import org.jspecify.annotations.NullMarked;
