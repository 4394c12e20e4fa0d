/** The JSON of messages and stored files. Begin with {@link ci.assay.wire.Codec}. */
@NullMarked
package ci.assay.wire;

import org.jspecify.annotations.NullMarked;
