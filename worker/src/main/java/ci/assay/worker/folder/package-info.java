/**
 * What is where in a worker's folder, how much room there is, and how it is emptied. Begin with
 * {@link ci.assay.worker.folder.WorkFolder}.
 */
@NullMarked
package ci.assay.worker.folder;

import org.jspecify.annotations.NullMarked;
