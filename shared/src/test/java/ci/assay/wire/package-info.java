/** Tests the JSON of every message. */
@NullMarked
package ci.assay.wire;

import org.jspecify.annotations.NullMarked;
