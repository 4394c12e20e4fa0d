/**
 * Runs commands in Linux namespaces, isolated from the worker and from other runs. Begin with
 * {@link ci.assay.worker.sandbox.SandboxExecutor}.
 */
@NullMarked
package ci.assay.worker.sandbox;

import org.jspecify.annotations.NullMarked;
