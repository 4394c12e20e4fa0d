/** Tests of the launcher {@code assay}: how it builds, finds Java and hides passwords. */
@NullMarked
package ci.assay.systemtest.launcher;

import org.jspecify.annotations.NullMarked;
