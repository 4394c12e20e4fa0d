/** Tests of runs in containers, with a real engine if one answers, and with a fake one. */
@NullMarked
package ci.assay.worker.container;

import org.jspecify.annotations.NullMarked;
