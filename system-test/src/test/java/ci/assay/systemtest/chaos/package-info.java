/** Random faults on a schedule that a seed repeats, and the proof that nothing was lost. */
@NullMarked
package ci.assay.systemtest.chaos;

import org.jspecify.annotations.NullMarked;
