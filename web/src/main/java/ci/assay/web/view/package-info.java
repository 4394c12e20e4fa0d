/**
 * What templates are given, and how things are put into words there. Begin with {@link
 * ci.assay.web.view.PageModels}.
 */
@NullMarked
package ci.assay.web.view;

import org.jspecify.annotations.NullMarked;
