/** Takes jobs, runs them and reports what came of it. */
@NullMarked
package ci.assay.worker;

import org.jspecify.annotations.NullMarked;
