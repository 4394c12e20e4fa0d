/**
 * What is known of the files that a run asked to keep. Begin with {@link
 * ci.assay.model.artifact.ArtifactList}.
 */
@NullMarked
package ci.assay.model.artifact;

import org.jspecify.annotations.NullMarked;
