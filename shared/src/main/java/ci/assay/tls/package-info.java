/** Authorities in PEM files. */
@NullMarked
package ci.assay.tls;

import org.jspecify.annotations.NullMarked;
