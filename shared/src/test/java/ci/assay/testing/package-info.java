/** Real brokers and real git repositories for the tests of every module. */
@NullMarked
package ci.assay.testing;

import org.jspecify.annotations.NullMarked;
