/** Stores each result once and derives the verdicts. */
@NullMarked
package ci.assay.coordinator;

import org.jspecify.annotations.NullMarked;
