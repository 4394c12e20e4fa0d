@NullMarked
package ci.assay.cli.metrics;

import org.jspecify.annotations.NullMarked;
