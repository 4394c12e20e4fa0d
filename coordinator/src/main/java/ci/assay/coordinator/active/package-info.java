/**
 * Which of several coordinators is the active one. Begin with {@link
 * ci.assay.coordinator.active.Leadership}.
 */
@NullMarked
package ci.assay.coordinator.active;

import org.jspecify.annotations.NullMarked;
