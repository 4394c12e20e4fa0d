/** A branch's status is its tip's verdict, whatever happens to the branch and the messages. */
@NullMarked
package ci.assay.systemtest.branches;

import org.jspecify.annotations.NullMarked;
