/**
 * Live logs on their way from workers to whoever watches. Begin with {@link
 * ci.assay.coordinator.live.LiveLogs}.
 */
@NullMarked
package ci.assay.coordinator.live;

import org.jspecify.annotations.NullMarked;
