/**
 * The result files: written once, flushed, derived again after a crash. One package, since its
 * classes depend on the names of the same few files and the order in which they are written. Begin
 * with {@link ci.assay.coordinator.store.ResultStore} to write and {@link
 * ci.assay.coordinator.store.ResultReader} to read.
 */
@NullMarked
package ci.assay.coordinator.store;

import org.jspecify.annotations.NullMarked;
