@NullMarked
package ci.assay.index;

import org.jspecify.annotations.NullMarked;
