/**
 * The data for templates, and the formatting of values. Begin with {@link
 * ci.assay.web.view.PageModels}.
 */
@NullMarked
package ci.assay.web.view;

import org.jspecify.annotations.NullMarked;
