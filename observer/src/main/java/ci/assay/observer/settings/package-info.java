/** What an observer is told at its start: which repositories to watch, and how. */
@NullMarked
package ci.assay.observer.settings;

import org.jspecify.annotations.NullMarked;
