/**
 * Feeds decoders with real inputs that were changed at random. Begin with {@link
 * ci.assay.testing.fuzz.Fuzz}.
 */
@NullMarked
package ci.assay.testing.fuzz;

import org.jspecify.annotations.NullMarked;
