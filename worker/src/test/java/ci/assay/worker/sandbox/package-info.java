/** Attacks on the isolation of the sandbox, with real namespaces. */
@NullMarked
package ci.assay.worker.sandbox;

import org.jspecify.annotations.NullMarked;
