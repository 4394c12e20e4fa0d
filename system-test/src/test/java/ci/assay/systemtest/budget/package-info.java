/** Limits of what one verdict costs, in messages, flushes, files and processes. */
@NullMarked
package ci.assay.systemtest.budget;

import org.jspecify.annotations.NullMarked;
