/**
 * Tells the coordinator where the refs of each repository point. Begin with {@link
 * ci.assay.observer.refs.RefReporter}.
 */
@NullMarked
package ci.assay.observer.refs;

import org.jspecify.annotations.NullMarked;
