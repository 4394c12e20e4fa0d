/**
 * Publishes jobs again that the broker gave up or lost. Begin with {@link
 * ci.assay.coordinator.republish.Sweeper}.
 */
@NullMarked
package ci.assay.coordinator.republish;

import org.jspecify.annotations.NullMarked;
