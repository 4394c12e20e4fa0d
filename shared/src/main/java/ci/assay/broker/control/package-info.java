/**
 * Transient messages: questions, answers, notices and live logs. Nobody stores them, and they may
 * be lost. Begin with {@link ci.assay.broker.control.ControlChannel}.
 */
@NullMarked
package ci.assay.broker.control;

import org.jspecify.annotations.NullMarked;
