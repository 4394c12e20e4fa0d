/** What {@code assay demo} shows. */
@NullMarked
package ci.assay.cli.demo;

import org.jspecify.annotations.NullMarked;
