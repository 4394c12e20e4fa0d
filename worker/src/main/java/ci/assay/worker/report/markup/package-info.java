/**
 * Text and XML that something went wrong with, read as far as it goes. Begin with {@link
 * ci.assay.worker.report.markup.MarkupScanner}.
 */
@NullMarked
package ci.assay.worker.report.markup;

import org.jspecify.annotations.NullMarked;
