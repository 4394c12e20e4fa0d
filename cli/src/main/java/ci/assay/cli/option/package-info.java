/**
 * Groups of options that several commands have, and {@code assay.yaml} as another source of them.
 */
@NullMarked
package ci.assay.cli.option;

import org.jspecify.annotations.NullMarked;
