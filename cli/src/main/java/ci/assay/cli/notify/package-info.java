/** The command {@code notifications}. */
@NullMarked
package ci.assay.cli.notify;

import org.jspecify.annotations.NullMarked;
