@NullMarked
package ci.assay.notify.receiver;

import org.jspecify.annotations.NullMarked;
