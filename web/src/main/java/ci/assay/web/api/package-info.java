/**
 * The HTTP API. Begin with {@link ci.assay.web.api.Api}; {@link ci.assay.web.api.ApiClient} is the
 * client.
 */
@NullMarked
package ci.assay.web.api;

import org.jspecify.annotations.NullMarked;
