/** What a worker is told at its start. */
@NullMarked
package ci.assay.worker.settings;

import org.jspecify.annotations.NullMarked;
