/** Testing a range of commits now: progress, report. */
@NullMarked
package ci.assay.cli.run;

import org.jspecify.annotations.NullMarked;
