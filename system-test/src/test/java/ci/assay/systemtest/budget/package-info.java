/** What one verdict may cost, in messages, flushes, files and processes. */
@NullMarked
package ci.assay.systemtest.budget;

import org.jspecify.annotations.NullMarked;
