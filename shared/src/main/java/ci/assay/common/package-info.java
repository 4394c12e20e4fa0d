/**
 * What every program needs and no library has: the failures that a person reads, crash points for
 * tests, how durations and sizes are written. Knows nothing but Java. Begin with {@link
 * ci.assay.common.AssayException}.
 */
@NullMarked
package ci.assay.common;

import org.jspecify.annotations.NullMarked;
