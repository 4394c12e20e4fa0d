/**
 * The layout of a worker's folder, its free space, and how it is emptied. Begin with {@link
 * ci.assay.worker.folder.WorkFolder}.
 */
@NullMarked
package ci.assay.worker.folder;

import org.jspecify.annotations.NullMarked;
