/** What a coordinator is told at its start, and how long it waits for what. */
@NullMarked
package ci.assay.coordinator.settings;

import org.jspecify.annotations.NullMarked;
