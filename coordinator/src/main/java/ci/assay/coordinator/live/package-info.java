/**
 * Live logs, from the workers to those who watch them. Begin with {@link
 * ci.assay.coordinator.live.LiveLogs}.
 */
@NullMarked
package ci.assay.coordinator.live;

import org.jspecify.annotations.NullMarked;
