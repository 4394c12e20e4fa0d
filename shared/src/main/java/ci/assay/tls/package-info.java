/** Whom to trust when a broker or a git server speaks TLS. */
@NullMarked
package ci.assay.tls;

import org.jspecify.annotations.NullMarked;
