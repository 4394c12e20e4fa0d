/** Authentication and permissions. Begin with {@link ci.assay.web.access.Access}. */
@NullMarked
package ci.assay.web.access;

import org.jspecify.annotations.NullMarked;
