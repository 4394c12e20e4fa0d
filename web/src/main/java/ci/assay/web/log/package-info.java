/** Log files by their lines, and lines as HTML. Begin with {@link ci.assay.web.log.LogText}. */
@NullMarked
package ci.assay.web.log;

import org.jspecify.annotations.NullMarked;
