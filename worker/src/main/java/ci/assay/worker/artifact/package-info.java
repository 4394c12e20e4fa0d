/**
 * Collects the files that a commit asks to keep from the work tree of its run. Begin with {@link
 * ci.assay.worker.artifact.ArtifactCollector}.
 */
@NullMarked
package ci.assay.worker.artifact;

import org.jspecify.annotations.NullMarked;
