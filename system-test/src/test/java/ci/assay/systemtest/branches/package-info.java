/** Tests that a branch's status is its tip's verdict, whatever happens to branch and messages. */
@NullMarked
package ci.assay.systemtest.branches;

import org.jspecify.annotations.NullMarked;
