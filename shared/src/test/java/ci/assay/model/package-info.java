/** Tests the rules of the records. */
@NullMarked
package ci.assay.model;

import org.jspecify.annotations.NullMarked;
