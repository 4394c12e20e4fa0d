/** The JSON form of every message and file. */
@NullMarked
package ci.assay.wire;

import org.jspecify.annotations.NullMarked;
