/**
 * An SQL index over the result files. A thread of its own keeps it up to date; if it is deleted, it
 * is rebuilt. Begin with {@link ci.assay.index.Indexer} for writing and {@link
 * ci.assay.index.CommitQueries} for reading.
 */
@NullMarked
package ci.assay.index;

import org.jspecify.annotations.NullMarked;
