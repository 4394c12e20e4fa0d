/** Crashes at every place between store, publish, confirm and ack. */
@NullMarked
package ci.assay.systemtest.crash;

import org.jspecify.annotations.NullMarked;
