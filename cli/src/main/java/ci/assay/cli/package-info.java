/** The assay command: wiring, configuration and the embedded broker. */
@NullMarked
package ci.assay.cli;

import org.jspecify.annotations.NullMarked;
