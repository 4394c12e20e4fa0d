package ci.assay.index;

import ci.assay.model.report.CaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A test of a repository. Flat, as it is a row of the index: a column each.
 *
 * @param id its row
 * @param group what it belongs to: JUnit's class name
 * @param outcome of its latest run
 * @param failingSince the first commit of the failures that go on; null while it does not fail
 * @param flaky whether it came to different outcomes at one tree, or goes back and forth
 */
public record TestLine(
    long id,
    String variant,
    String group,
    String name,
    CaseOutcome outcome,
    @Nullable String failingSince,
    boolean flaky) {}
