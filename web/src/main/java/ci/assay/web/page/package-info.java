/**
 * Collects the data of each page, and tells browsers what changed. Begin with {@link
 * ci.assay.web.page.OverviewPages}.
 */
@NullMarked
package ci.assay.web.page;

import org.jspecify.annotations.NullMarked;
