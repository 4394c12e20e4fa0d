/** Certificate authorities from PEM files. */
@NullMarked
package ci.assay.tls;

import org.jspecify.annotations.NullMarked;
