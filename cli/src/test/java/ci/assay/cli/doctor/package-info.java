@NullMarked
package ci.assay.cli.doctor;

import org.jspecify.annotations.NullMarked;
