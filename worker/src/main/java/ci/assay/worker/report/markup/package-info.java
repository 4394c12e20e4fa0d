/**
 * Reads text and XML that may be damaged, as far as possible. Begin with {@link
 * ci.assay.worker.report.markup.MarkupScanner}.
 */
@NullMarked
package ci.assay.worker.report.markup;

import org.jspecify.annotations.NullMarked;
