/** What {@code .assay.yml} at a commit asks for. */
@NullMarked
package ci.assay.pipeline;

import org.jspecify.annotations.NullMarked;
