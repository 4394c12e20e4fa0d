/**
 * Consumes the results queue and decides about each message. Begin with {@link
 * ci.assay.coordinator.intake.MessageHandler}.
 */
@NullMarked
package ci.assay.coordinator.intake;

import org.jspecify.annotations.NullMarked;
