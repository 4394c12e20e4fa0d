/**
 * Where the refs of each repository point, according to its observer. Begin with {@link
 * ci.assay.coordinator.refs.RefTipsFiles}.
 */
@NullMarked
package ci.assay.coordinator.refs;

import org.jspecify.annotations.NullMarked;
