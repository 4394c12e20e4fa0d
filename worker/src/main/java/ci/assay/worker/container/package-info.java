/**
 * Runs commands in containers, by the command line of docker or podman. Begin with {@link
 * ci.assay.worker.container.ContainerExecutor}.
 */
@NullMarked
package ci.assay.worker.container;

import org.jspecify.annotations.NullMarked;
