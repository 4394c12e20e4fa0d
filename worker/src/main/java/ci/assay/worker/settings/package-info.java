/** The settings that a worker is started with. */
@NullMarked
package ci.assay.worker.settings;

import org.jspecify.annotations.NullMarked;
