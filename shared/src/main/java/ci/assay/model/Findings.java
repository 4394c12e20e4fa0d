package ci.assay.model;

import ci.assay.common.Names;
import ci.assay.model.report.TestCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run left behind for people to read.
 *
 * @param tests null where no report was found
 * @param cases of the tests one by one, as a file; null where there are none
 * @param steps in their order, those of an earlier try first; null where the run was one command
 * @param flaky whether it passed after a try that failed; null is no
 */
public record Findings(
    @Nullable TestCounts tests,
    FileSummary log,
    @Nullable FileSummary cases,
    @Nullable List<StepResult> steps,
    @Nullable Boolean flaky) {

  /** Of one command, tried once. */
  public Findings(@Nullable TestCounts tests, FileSummary log, @Nullable FileSummary cases) {
    this(tests, log, cases, null, null);
  }

  public Findings {
    Names.present("log", log);
    steps = steps == null ? null : List.copyOf(steps);
  }

  /** The same with another word about the files. */
  Findings withFiles(FileSummary changedLog, @Nullable FileSummary changedCases) {
    return new Findings(tests, changedLog, changedCases, steps, flaky);
  }
}
