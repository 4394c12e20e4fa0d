/**
 * An SQL index over the result files, kept up by a thread of its own and made anew when it is
 * thrown away. Begin with {@link ci.assay.index.Indexer} for writing and {@link
 * ci.assay.index.CommitQueries} for reading.
 */
@NullMarked
package ci.assay.index;

import org.jspecify.annotations.NullMarked;
