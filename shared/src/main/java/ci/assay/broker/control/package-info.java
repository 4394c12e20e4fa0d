/**
 * The transient side: questions, answers, notices and live logs, which nobody stores and anybody
 * may miss. Begin with {@link ci.assay.broker.control.ControlChannel}.
 */
@NullMarked
package ci.assay.broker.control;

import org.jspecify.annotations.NullMarked;
