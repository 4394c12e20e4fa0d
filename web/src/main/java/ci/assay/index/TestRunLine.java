package ci.assay.index;

import ci.assay.model.report.CaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A run of a test. Flat, because its components are the columns of a row of the index.
 *
 * @param rerun of the job it belonged to
 * @param tree of the commit
 */
public record TestRunLine(
    String commit,
    String ref,
    @Nullable String subject,
    @Nullable String tree,
    int rerun,
    CaseOutcome outcome,
    @Nullable Long millis) {}
