/** A broker inside our own process, for {@code demo}, {@code run} and {@code up}. */
@NullMarked
package ci.assay.cli.embedded;

import org.jspecify.annotations.NullMarked;
