/**
 * Reads {@code .assay.yml}. Begin with {@link ci.assay.pipeline.PipelineFile}; all keys are in
 * {@code PipelineKeys}.
 */
@NullMarked
package ci.assay.pipeline;

import org.jspecify.annotations.NullMarked;
