/** Tests of the pages with a real browser and a real {@code assay up}. */
@NullMarked
package ci.assay.systemtest.browser;

import org.jspecify.annotations.NullMarked;
