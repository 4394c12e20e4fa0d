/** Tests of the coordinator, with real folders and a real broker. */
@NullMarked
package ci.assay.coordinator;

import org.jspecify.annotations.NullMarked;
