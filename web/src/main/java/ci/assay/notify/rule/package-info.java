/** Who is told what. Begin with {@link ci.assay.notify.rule.Rule}. */
@NullMarked
package ci.assay.notify.rule;

import org.jspecify.annotations.NullMarked;
