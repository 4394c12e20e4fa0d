/**
 * Decoders are fed with real inputs that {@code @FuzzTest} changes, within {@link
 * ci.assay.testing.fuzz.Bounds}.
 */
@NullMarked
package ci.assay.testing.fuzz;

import org.jspecify.annotations.NullMarked;
