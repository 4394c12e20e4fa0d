/** The whole system as its users run it: real processes, a real broker, real git. */
@NullMarked
package ci.assay.systemtest;

import org.jspecify.annotations.NullMarked;
