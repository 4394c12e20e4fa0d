/** Watches repositories and publishes a job for each new commit. */
@NullMarked
package ci.assay.observer;

import org.jspecify.annotations.NullMarked;
