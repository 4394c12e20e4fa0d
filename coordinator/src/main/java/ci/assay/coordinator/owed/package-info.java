/**
 * What is known of jobs without a result: their runs, permissions to begin, workers that are alive.
 * Begin with {@link ci.assay.coordinator.owed.JobRuns}.
 */
@NullMarked
package ci.assay.coordinator.owed;

import org.jspecify.annotations.NullMarked;
