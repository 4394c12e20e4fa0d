/**
 * What every program needs and no library has: exceptions with messages for people, crash points
 * for tests, parsing of durations and sizes. Depends on the JDK only. Begin with {@link
 * ci.assay.common.AssayException}.
 */
@NullMarked
package ci.assay.common;

import org.jspecify.annotations.NullMarked;
