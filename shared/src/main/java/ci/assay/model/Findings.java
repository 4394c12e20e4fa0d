package ci.assay.model;

import ci.assay.common.Names;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.report.TestCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run found: test counts, log, test cases, steps and artifacts.
 *
 * @param tests null when no test report was found
 * @param cases the file of the single test cases; null when there are none
 * @param steps the steps in order, those of an earlier round first; null when the run was one
 *     command
 * @param flaky whether the run passed after a round that failed; null means no
 * @param artifacts null when the commit asks for none, or not after such an outcome
 */
public record Findings(
    @Nullable TestCounts tests,
    FileSummary log,
    @Nullable FileSummary cases,
    @Nullable List<StepResult> steps,
    @Nullable Boolean flaky,
    @Nullable ArtifactSummary artifacts) {

  /** For one command that was run once. */
  public Findings(@Nullable TestCounts tests, FileSummary log, @Nullable FileSummary cases) {
    this(tests, log, cases, null, null, null);
  }

  public Findings {
    Names.present("log", log);
    steps = steps == null ? null : List.copyOf(steps);
  }

  /** The same with other summaries of the files. */
  Findings withFiles(FileSummary changedLog, @Nullable FileSummary changedCases) {
    return new Findings(tests, changedLog, changedCases, steps, flaky, artifacts);
  }

  /** The same with another summary of the artifacts. */
  Findings withArtifacts(@Nullable ArtifactSummary changed) {
    return new Findings(tests, log, cases, steps, flaky, changed);
  }
}
