/** Tests of the outbox's file. */
@NullMarked
package ci.assay.notify.outbox;

import org.jspecify.annotations.NullMarked;
