/**
 * What a run prints and which test cases it had, on disk while it runs. Begin with {@link
 * ci.assay.worker.output.RunLog}.
 */
@NullMarked
package ci.assay.worker.output;

import org.jspecify.annotations.NullMarked;
