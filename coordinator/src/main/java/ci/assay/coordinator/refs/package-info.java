/**
 * Where the refs of each repository point, as its observer says. Begin with {@link
 * ci.assay.coordinator.refs.RefTipsFiles}.
 */
@NullMarked
package ci.assay.coordinator.refs;

import org.jspecify.annotations.NullMarked;
