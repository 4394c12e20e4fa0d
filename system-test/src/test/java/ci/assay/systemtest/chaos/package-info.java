/** Random faults, reproducible by a seed, and the proof that nothing was lost. */
@NullMarked
package ci.assay.systemtest.chaos;

import org.jspecify.annotations.NullMarked;
