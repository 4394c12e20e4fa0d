/**
 * An SQL index over the result files, for pages and the API: rebuilt from the files at any time and
 * never the only copy of anything.
 */
@NullMarked
package ci.assay.index;

import org.jspecify.annotations.NullMarked;
