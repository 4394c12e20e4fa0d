/**
 * The output and the test cases of a run, on the worker's disk. Begin with {@link
 * ci.assay.worker.output.RunLog}.
 */
@NullMarked
package ci.assay.worker.output;

import org.jspecify.annotations.NullMarked;
