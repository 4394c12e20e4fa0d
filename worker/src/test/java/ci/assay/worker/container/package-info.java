/** Runs in containers, by a real engine where one answers, else by a program in its place. */
@NullMarked
package ci.assay.worker.container;

import org.jspecify.annotations.NullMarked;
