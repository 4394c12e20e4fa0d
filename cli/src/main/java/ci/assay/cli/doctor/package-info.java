/** What is wrong with this machine or the broker, and what to do about it. */
@NullMarked
package ci.assay.cli.doctor;

import org.jspecify.annotations.NullMarked;
