/** The pages as people meet them: a real browser, before a real {@code assay up}. */
@NullMarked
package ci.assay.systemtest.browser;

import org.jspecify.annotations.NullMarked;
