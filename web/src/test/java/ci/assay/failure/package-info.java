@NullMarked
package ci.assay.failure;

import org.jspecify.annotations.NullMarked;
