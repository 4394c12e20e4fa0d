/**
 * Stores the verdicts. {@link ci.assay.coordinator.Coordinator} assembles the packages below; a
 * message goes through intake to store, and what only the active coordinator does is in active,
 * inquiry and republish.
 */
@NullMarked
package ci.assay.coordinator;

import org.jspecify.annotations.NullMarked;
