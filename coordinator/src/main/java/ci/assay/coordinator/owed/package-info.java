/**
 * What is known of jobs without a result: their runs, permissions that were given, the workers that
 * are there. Begin with {@link ci.assay.coordinator.owed.JobRuns}.
 */
@NullMarked
package ci.assay.coordinator.owed;

import org.jspecify.annotations.NullMarked;
