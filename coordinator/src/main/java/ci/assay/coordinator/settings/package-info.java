/** The settings and timings of a coordinator. */
@NullMarked
package ci.assay.coordinator.settings;

import org.jspecify.annotations.NullMarked;
