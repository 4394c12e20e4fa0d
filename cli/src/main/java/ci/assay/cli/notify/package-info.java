/** The command about notifications that go out. */
@NullMarked
package ci.assay.cli.notify;

import org.jspecify.annotations.NullMarked;
