/**
 * The result files: written once, flushed, derived again after a crash. One package, since all of
 * them agree on names and order of the same few files. Begin with {@link
 * ci.assay.coordinator.store.ResultStore} to write and {@link
 * ci.assay.coordinator.store.ResultReader} to read.
 */
@NullMarked
package ci.assay.coordinator.store;

import org.jspecify.annotations.NullMarked;
