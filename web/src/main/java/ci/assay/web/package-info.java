/** The pages, the API and what is live: HTTP over the index and the result files. */
@NullMarked
package ci.assay.web;

import org.jspecify.annotations.NullMarked;
