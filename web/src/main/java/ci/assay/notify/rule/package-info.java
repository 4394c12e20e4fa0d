/**
 * Rules: which receiver is notified of which verdicts. Begin with {@link
 * ci.assay.notify.rule.Rule}.
 */
@NullMarked
package ci.assay.notify.rule;

import org.jspecify.annotations.NullMarked;
