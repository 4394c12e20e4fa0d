/** The command {@code artifacts}. Begin with {@link ci.assay.cli.artifact.ArtifactsCommand}. */
@NullMarked
package ci.assay.cli.artifact;

import org.jspecify.annotations.NullMarked;
