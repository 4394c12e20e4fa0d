/**
 * The artifacts beside a stored result: their files, and when they are to be removed. Begin with
 * {@link ci.assay.coordinator.artifact.ArtifactFolder}.
 */
@NullMarked
package ci.assay.coordinator.artifact;

import org.jspecify.annotations.NullMarked;
