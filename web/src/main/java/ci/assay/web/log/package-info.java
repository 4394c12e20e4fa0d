/**
 * Reads log files by lines, and renders lines as HTML. Begin with {@link ci.assay.web.log.LogText}.
 */
@NullMarked
package ci.assay.web.log;

import org.jspecify.annotations.NullMarked;
