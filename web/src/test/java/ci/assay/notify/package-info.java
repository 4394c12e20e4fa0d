@NullMarked
package ci.assay.notify;

import org.jspecify.annotations.NullMarked;
