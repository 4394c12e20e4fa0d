/**
 * Stores the verdicts. {@link ci.assay.coordinator.Coordinator} assembles the packages below. A
 * message goes through intake to store; the tasks of the active coordinator are in active, inquiry
 * and republish.
 */
@NullMarked
package ci.assay.coordinator;

import org.jspecify.annotations.NullMarked;
