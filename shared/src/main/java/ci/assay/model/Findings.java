package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.report.TestCounts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a run found: test counts, log, test cases, steps, artifacts and what it wrote about itself.
 *
 * @param tests null when no test report was found
 * @param cases the file of the single test cases; null when there are none
 * @param artifacts null when the commit asks for none, or not after such an outcome
 * @param markdown what the run wrote to {@code $ASSAY_SUMMARY}; null if that is nothing
 */
public record Findings(
    @Nullable TestCounts tests,
    FileSummary log,
    @Nullable FileSummary cases,
    StepRecord stepRecord,
    @Nullable ArtifactSummary artifacts,
    @Nullable String markdown) {

  /** The most bytes that {@code markdown} has in UTF-8. */
  public static final int MOST_MARKDOWN = 32 * 1024;

  /** For one command that was run once. */
  public Findings(@Nullable TestCounts tests, FileSummary log, @Nullable FileSummary cases) {
    this(tests, log, cases, StepRecord.NONE, null, null);
  }

  public Findings {
    Names.present("log", log);
    stepRecord = stepRecord == null ? StepRecord.NONE : stepRecord;
    if (markdown != null && markdown.getBytes(StandardCharsets.UTF_8).length > MOST_MARKDOWN) {
      throw new InvalidInputException("'markdown' has more than %d bytes".formatted(MOST_MARKDOWN));
    }
  }

  /** The same with other summaries of the files. */
  Findings withFiles(FileSummary changedLog, @Nullable FileSummary changedCases) {
    return new Findings(tests, changedLog, changedCases, stepRecord, artifacts, markdown);
  }

  /** The same with another summary of the artifacts. */
  Findings withArtifacts(@Nullable ArtifactSummary changed) {
    return new Findings(tests, log, cases, stepRecord, changed, markdown);
  }
}
