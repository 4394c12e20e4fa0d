/** The settings of an observer: which repositories to watch, and how. */
@NullMarked
package ci.assay.observer.settings;

import org.jspecify.annotations.NullMarked;
