/** Who asks, and what they may do. Begin with {@link ci.assay.web.access.Access}. */
@NullMarked
package ci.assay.web.access;

import org.jspecify.annotations.NullMarked;
