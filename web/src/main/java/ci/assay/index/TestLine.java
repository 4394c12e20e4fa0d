package ci.assay.index;

import ci.assay.model.report.CaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A test of a repository. Flat, because its components are the columns of a row of the index.
 *
 * @param id of its row
 * @param group of the test, with JUnit the class name
 * @param outcome of its latest run
 * @param failingSince the first commit of a failure that goes on; null while the test does not fail
 * @param flaky whether it had both outcomes with the same tree, or alternates
 */
public record TestLine(
    long id,
    String variant,
    String group,
    String name,
    CaseOutcome outcome,
    @Nullable String failingSince,
    boolean flaky) {}
