/**
 * What programs are answered. Begin with {@link ci.assay.web.api.Api}; {@link
 * ci.assay.web.api.ApiClient} is the other side.
 */
@NullMarked
package ci.assay.web.api;

import org.jspecify.annotations.NullMarked;
