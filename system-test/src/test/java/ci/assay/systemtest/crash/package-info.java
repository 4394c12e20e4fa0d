/** Every place between store, publish, confirm and ack, each crashed at once. */
@NullMarked
package ci.assay.systemtest.crash;

import org.jspecify.annotations.NullMarked;
